import EventKernel
import Files
import Foundation
import GRDB
import Testing
import Workload

@testable import Experiments

/// Parts that are not what they should be: each is named and left out, and its runs count as missing.
@Suite struct ClusterPartTests {
    /// A cluster with two finished tasks, and the part of the first.
    private func withParts(_ body: (_ cluster: ClusterFixture, _ part: String) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            let cluster = try ClusterFixture(in: directory)
            try cluster.submit(2)
            for task in 0..<2 { _ = try cluster.task(task).run() }
            try body(cluster, try cluster.parts.parts()[0])
        }
    }

    /// What collecting says of the one part that it leaves out.
    private func complaint(_ cluster: ClusterFixture) throws -> String {
        let report = try cluster.collecting().collect(readOnly: false)
        #expect(!report.isComplete)
        #expect(report.skipped.count == 1)
        let problem = report.skipped.first?.problem ?? ""
        // The task notices too, and makes its runs again.
        let again = try cluster.task(0).run()
        #expect(again.found == 0 && again.missing == 0)
        #expect(try cluster.collecting().collect(readOnly: false).isComplete)
        #expect(try cluster.export(cluster.store) == cluster.local())
        return problem
    }

    @Test(arguments: [0, 1, 15, 16, 100, 4_096, -25, -24, -1])
    func aPartThatWasCutOffIsLeftOut(length: Int) throws {
        try withParts { cluster, part in
            let bytes = try StoreBytes.read(part)
            let rest = length < 0 ? bytes.dropLast(-length) : bytes.prefix(length)
            try Data(rest).write(to: URL(fileURLWithPath: part))
            #expect(
                ["the part is empty", "the part is cut off", "this is not a part of a sweep"].contains(
                    try complaint(cluster)))
        }
    }

    @Test func aPartWithAnyOtherByteIsDamaged() throws {
        try withParts { _, part in
            let bytes = try StoreBytes.read(part)
            for entity in 0..<200 {
                let stream = RandomStream(seed: 3, purpose: .test, entity: UInt64(entity))
                var damaged = bytes
                damaged[Int(stream.word(at: 0) % UInt64(bytes.count))] ^= 1 << UInt8(stream.word(at: 1) % 8)
                let copy = part + ".copy"
                try Data(damaged).write(to: URL(fileURLWithPath: copy))
                #expect(throws: InputError.self) { try StoreBytes.open(copy, sealed: true) }
            }
        }
    }

    @Test(arguments: [
        ("UPDATE sweep SET digest = 'x', name = 'foreign'", "belongs to another experiment ('foreign')"),
        ("UPDATE sweep SET version = '9.9.9'", "made by Pagefold 9.9.9"),
        ("DELETE FROM sweep", "names no sweep"), ("PRAGMA user_version = 99", "newer Pagefold (schema 99"),
        ("PRAGMA application_id = 7", "not a result store"), ("DROP TABLE run", "not a result store"),
        ("UPDATE run SET seed = seed + 1", "not what its name says"),
        (
            "PRAGMA ignore_check_constraints = 1; UPDATE run SET cpu_s = x'00', fingerprint = x'FF'",
            "not what its name"
        ),
        ("DELETE FROM workload", "not what its name says"),
        ("UPDATE workload SET functions = 'many'", "a workload is incomplete"),
        ("UPDATE series SET data = x'0102'", "a series is incomplete"),
    ])
    func aForeignPartIsLeftOut(sql: String, part words: String) throws {
        try withParts { cluster, part in
            try change(part: part, "PRAGMA foreign_keys = OFF; \(sql)")
            let problem = try complaint(cluster)
            #expect(problem.contains(words), "\(problem)")
        }
    }

    @Test func twoResultsOfARunAreAnErrorThatNamesBothFiles() throws {
        try withParts { cluster, part in
            let other = part.replacing("task-0.", with: "task-0.other-")
            try FileManager.default.copyItem(atPath: part, toPath: other)
            #expect(try cluster.collecting().collect(readOnly: true).isComplete)
            try change(part: other, "UPDATE run SET fingerprint = 'another'")
            let error = #expect(throws: InputError.self) { try cluster.collecting().collect(readOnly: false) }
            let said = error?.description ?? ""
            #expect(said.contains(part) && said.contains(other), "\(said)")
            #expect(FileManager.default.contents(atPath: cluster.store)?.isEmpty ?? true)
        }
    }

    @Test func filesThatAreNoPartsAreNotLookedAt() throws {
        try withParts { cluster, part in
            for name in [
                "task-0.part", "task-x.a.part", "notes.txt",
                (part as NSString).lastPathComponent + ".part-Xy12ab",
            ] {
                try "nothing".write(
                    toFile: "\(cluster.parts.round(0))/\(name)", atomically: false, encoding: .utf8)
            }
            let report = try cluster.collecting().collect(readOnly: false)
            #expect(report.isComplete && report.skipped.isEmpty)
        }
    }

    @Test func collectingWaitsForNoOneButKeepsOutOfASweepUnderWay() throws {
        try withParts { cluster, _ in
            let lock = try StoreLock(cluster.store)
            let error = #expect(throws: InputError.self) { try cluster.collecting().collect(readOnly: false) }
            #expect(error?.problem.contains("another sweep is writing") == true)
            withExtendedLifetime(lock) {}
        }
    }
}
