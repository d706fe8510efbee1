import Foundation
import Testing

/// The benchmark program in its smallest size: that it runs and prints what others read. Not how fast it is.
@Suite struct BenchTests {
    private static let program = Command.binary + "-bench"
    private static var exists: Bool { FileManager.default.isExecutableFile(atPath: program) }

    @Test(.enabled(if: exists, "skipped: pagefold-bench is not built"))
    func everyLineIsAFigureWithNameValueAndUnit() throws {
        try withDirectory { directory in
            let outcome = try Command.run(["--smoke"], in: directory, program: Self.program)
            #expect(outcome.status == 0)
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count > 50)
            for line in lines {
                let words = line.split(separator: " ")
                #expect(words.count == 4 && words[0] == "bench", "\(line)")
                #expect(words[2].allSatisfy { $0.isNumber || $0 == "." }, "\(line)")
            }
            let rates = lines.filter { $0.hasSuffix(" invocations/s") }
            #expect(rates.count >= 26)
            #expect(Set(rates.map { $0.split(separator: " ")[1] }).count == rates.count)
        }
    }
}
