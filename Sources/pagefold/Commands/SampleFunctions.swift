import ArgumentParser
import Calibration
import Experiments
import Files
import Glibc
import Restore

/// Functions that a calibration starts: those that a file lists, or Pagefold's own.
enum SampleFunctions {
    /// The functions that the file at `path` lists, or else Pagefold's own.
    static func find(_ path: String?, isQuick: Bool) throws -> CalibrationFunctions {
        guard let path else { return own(isQuick) }
        let list = try FunctionFile.read(try TextFile.read(path, limit: 1 << 20), file: path)
        let names = list.map(\.name).joined(separator: ", ")
        let source = list.count <= 3 ? names : "\(list.count) functions (\(names))"
        return CalibrationFunctions(list, source: source, areReal: true)
    }

    private static func own(_ isQuick: Bool) -> CalibrationFunctions {
        let sizes = isQuick ? [8, 24] : [16, 48, 144]
        let list = sizes.map { size in
            FunctionCommand(
                name: "own-\(size)",
                arguments: ["/proc/self/exe", CalibrateFunction.commandName, "--memory", "\(size)"])
        }
        let shown = sizes.map { "\($0)" }.joined(separator: ", ")
        return CalibrationFunctions(
            list, source: "Pagefold's own function with \(shown) MiB", areReal: false)
    }
}

/// A function that needs nothing but Pagefold: it fills memory of which half is the same in all instances, and answers
/// with sums over it.
struct CalibrateFunction: ParsableCommand {
    static let commandName = "calibrate-function"

    static let configuration = CommandConfiguration(
        commandName: commandName, abstract: "Serves a function of known memory.", shouldDisplay: false)

    @Option var memory = 16

    func run() {
        guard (1...4_096).contains(memory) else { return }
        var function = MemoryFunction(pages: memory * 256)
        Terminal.print("ready import")
        while let line = readLine() {
            let numbers = line.split(whereSeparator: { !$0.isNumber }).compactMap { UInt64($0) }
            guard numbers.count == 2 else {
                Terminal.print("{\"error\": \"no request\"}")
                continue
            }
            Terminal.print("{\"answer\": \(function.answer(to: numbers[1], seed: numbers[0]))}")
        }
    }
}

/// Memory as instances of a function have it: much of it alike, some with a few words changed, some of their own.
private struct MemoryFunction {
    private var words: [UInt64]
    private let pages: Int
    private var seed: UInt64?
    private static let wordsOfPage = 512

    /// What all instances have: what would be imported.
    init(pages: Int) {
        self.pages = pages
        words = Array(repeating: 0, count: pages * MemoryFunction.wordsOfPage)
        for page in 0..<pages where page % 10 != 9 { fill(page, salt: 0) }
    }

    private mutating func fill(_ page: Int, salt: UInt64) {
        for word in (page * MemoryFunction.wordsOfPage)..<((page + 1) * MemoryFunction.wordsOfPage) {
            words[word] = MemoryFunction.mixed(UInt64(word) ^ salt)
        }
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        let product = (value &+ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD1B5_4A32_D192_ED03)
        return product.high ^ product.low
    }

    /// Sums up every eighth page, from one that the request names, and changes a word of each.
    mutating func answer(to request: UInt64, seed: UInt64) -> UInt64 {
        if self.seed == nil { begin(seed) }
        var sum: UInt64 = 0
        for page in stride(from: Int(request % 8), to: pages, by: 8) {
            let first = page * MemoryFunction.wordsOfPage
            for word in first..<(first + MemoryFunction.wordsOfPage) { sum = sum &* 31 &+ words[word] }
            if page % 10 != 9 { words[first + Int(request % 512)] = sum }
        }
        return sum
    }

    /// What an instance has of its own: three pages of ten changed in eight words, one of ten wholly.
    private mutating func begin(_ seed: UInt64) {
        self.seed = seed
        for page in 0..<pages {
            switch page % 10 {
            case 5...7:
                for change in 0..<8 {
                    words[page * MemoryFunction.wordsOfPage + change * 61] ^= seed &+ 1
                }
            case 8: fill(page, salt: MemoryFunction.mixed(seed &+ 1))
            default: break
            }
        }
    }
}
