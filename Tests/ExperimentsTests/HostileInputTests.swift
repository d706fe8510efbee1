import EventKernel
import Experiments
import Testing

/// Files that were made to hurt end in an error, soon.
@Suite struct HostileInputTests {
    @Test func anAliasBombIsRefused() {
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (name, previous) in zip("bcdefghi", "abcdefgh") {
            let aliases = Array(repeating: "*\(previous)", count: 9).joined(separator: ", ")
            text += "\(name): &\(name) [\(aliases)]\n"
        }
        #expect(errors(of: text).first?.contains("too many aliases") == true)
    }

    @Test func aSmallAliasBombIsCounted() {
        var text = "l0: &l0 [\(Array(repeating: "x", count: 5_000).joined(separator: ","))]\n"
        for level in 1...8 { text += "l\(level): &l\(level) [*l\(level - 1), *l\(level - 1)]\n" }
        #expect(errors(of: text).first?.contains("too many values") == true)
    }

    @Test func anAliasBombInAKeyIsRefused() {
        var text = "l0: &l0 [x]\n"
        for level in 1...8 { text += "l\(level): &l\(level) [*l\(level - 1), *l\(level - 1)]\n" }
        #expect(!errors(of: text + "? *l7\n: 1\n").isEmpty)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func deepNestingIsRefused(opening: String) {
        #expect(!errors(of: "name: " + String(repeating: opening, count: 50_000)).isEmpty)
        #expect(
            !errors(of: "sweep: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900))
                .isEmpty)
    }

    @Test func aHugeFileIsRefused() {
        let text = "description: " + String(repeating: "x", count: Experiment.sizeLimit)
        #expect(errors(of: text).first?.contains("bytes") == true)
    }

    @Test func manyValuesAreRefused() {
        let text = "sweep: [" + String(repeating: "1,", count: 300_000) + "]"
        #expect(errors(of: text).first?.contains("too many values") == true)
    }

    @Test(arguments: [
        "%YAML 9.9\n---\na: 1", "a: !!binary x", "--- 1\n--- 2", "\u{0}", "a: \"\\ud800\"", "\u{FEFF}name: x",
        "a: *b", "!<tag:\u{7}> x", "&a a: *a",
    ])
    func oddFilesAreRefused(text: String) {
        #expect(!errors(of: text).isEmpty)
    }

    @Test func randomMutationsNeverCrash() {
        var accepted = 0
        for seed in 0..<4_000 {
            var stream = RandomStream(seed: UInt64(seed), purpose: .test)
            let file = ResolvedExperimentTests.files[Int(stream.below(4))]
            var bytes = Array(file.utf8)
            for _ in 0...stream.below(4) { mutate(&bytes, &stream) }
            if errors(of: String(decoding: bytes, as: UTF8.self)).isEmpty { accepted += 1 }
        }
        #expect(accepted > 0)
    }

    private func mutate(_ bytes: inout [UInt8], _ stream: inout RandomStream) {
        func place(_ count: Int) -> Int { Int(stream.below(UInt64(max(count, 1)))) }
        let special = Array("{}[]:,-&*!|>'\"%@`#?~<= \n\t0123456789.eE+".utf8)
        switch stream.below(5) {
        case 0 where !bytes.isEmpty: bytes.remove(at: place(bytes.count))
        case 1: bytes.insert(special[place(special.count)], at: place(bytes.count + 1))
        case 2 where !bytes.isEmpty: bytes[place(bytes.count)] = UInt8(truncatingIfNeeded: stream.next())
        case 3:
            let begin = place(bytes.count)
            let piece = Array(bytes[begin..<min(begin + place(40), bytes.count)])
            bytes.insert(contentsOf: piece, at: place(bytes.count + 1))
        default:
            let begin = place(bytes.count)
            bytes.removeSubrange(begin..<min(begin + place(40), bytes.count))
        }
    }
}
