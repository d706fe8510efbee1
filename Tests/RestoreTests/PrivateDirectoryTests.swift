import Foundation
import Testing

@testable import Restore

/// Directories of a run, and what becomes of those whose run was killed.
@Suite struct PrivateDirectoryTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "private-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test func oneThatIsHeldStaysAndGoesWithItsOwner() throws {
        try inFolder { folder in
            var one: PrivateDirectory? = try PrivateDirectory(in: folder)
            let path = try #require(one).path
            try "a".write(toFile: path + "/file", atomically: false, encoding: .utf8)
            let other = try PrivateDirectory(in: folder)
            #expect(FileManager.default.fileExists(atPath: path + "/file"))
            one = nil
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(FileManager.default.fileExists(atPath: other.path))
        }
    }

    @Test func oneThatNobodyHoldsGoesAndWhatIsNotOursStays() throws {
        try inFolder { folder in
            let left = folder + "/pagefold-run-abcdef"
            for path in [left, folder + "/pagefold-other", folder + "/keep"] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                try "a".write(toFile: path + "/file", atomically: false, encoding: .utf8)
            }
            try "a".write(toFile: folder + "/pagefold-run-file", atomically: false, encoding: .utf8)
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/pagefold-run-link", withDestinationPath: folder + "/keep")
            withExtendedLifetime(try PrivateDirectory(in: folder)) {}
            #expect(!FileManager.default.fileExists(atPath: left))
            for name in ["pagefold-other/file", "keep/file", "pagefold-run-file", "pagefold-run-link"] {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name)"), "\(name)")
            }
        }
    }
}
