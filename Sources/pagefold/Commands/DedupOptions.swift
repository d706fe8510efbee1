import ArgumentParser
import PageContent

/// Ways of deduplicating, named by the parts of the fingerprint.
struct DedupOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How pages are sampled: artifact, paper, spread, fixed, location; several with commas.",
            valueName: "rules"))
    var sampler = "artifact,spread,location"

    @Option(help: ArgumentHelp("Bytes in a chunk: multiples of 16 from 32 to 1024.", valueName: "bytes"))
    var chunk = "64"

    @Option(help: ArgumentHelp("Chunks a page: 1 to 20.", valueName: "numbers"))
    var cardinality = "5"

    @Option(
        help: ArgumentHelp(
            "The pattern of the rule `paper`: a chunk is taken if its last two bytes have this value in the mask.",
            valueName: "mask:value"))
    var pattern: SamplePattern = .standard

    @Option(help: "Which page becomes the base: most-shared or first-match.")
    var choice: BaseChoice = .mostShared

    @Option(help: ArgumentHelp("How many pages the registry keeps a chunk at most.", valueName: "number"))
    var postingsCap = DedupSettings().postingsCap

    func validate() throws {
        if !(1...1 << 30).contains(postingsCap) {
            throw ValidationError("--postings-cap must be from 1 to \(1 << 30).")
        }
        _ = try settings()
    }

    /// Every combination, in the order given; a location has neither chunks nor a cardinality.
    func settings() throws -> [DedupSettings] {
        let chunks = try numbers(chunk, in: SamplerSettings.chunks, option: "--chunk")
        if let odd = chunks.first(where: { $0 % 16 != 0 }) {
            throw ValidationError("--chunk takes multiples of 16; \(odd) is none.")
        }
        let cardinalities = try numbers(
            cardinality, in: SamplerSettings.cardinalities, option: "--cardinality")
        var settings: [DedupSettings] = []
        for name in sampler.split(separator: ",") {
            let rule = try DedupOptions.rule(String(name), pattern)
            var samplers = chunks.flatMap { chunk in
                cardinalities.map { SamplerSettings(rule, chunk: chunk, cardinality: $0) }
            }
            if rule == .location { samplers = [SamplerSettings(.location)] }
            for sampler in samplers {
                let added = DedupSettings(samplers: [sampler], choice: choice, postingsCap: postingsCap)
                if !settings.contains(added) { settings.append(added) }
            }
        }
        if settings.isEmpty { throw ValidationError("--sampler needs a rule.") }
        return settings
    }

    private static func rule(_ name: String, _ pattern: SamplePattern) throws -> SamplingRule {
        switch name {
        case "artifact": .artifact
        case "paper": .paper(mask: pattern.mask, value: pattern.value)
        case "spread": .spread
        case "fixed": .fixed
        case "location": .location
        default:
            throw ValidationError(
                "--sampler takes artifact, paper, spread, fixed and location; `\(name)` is none of them.")
        }
    }

    private func numbers(_ text: String, in range: ClosedRange<Int>, option: String) throws -> [Int] {
        let numbers = try text.split(separator: ",").map { part in
            guard let number = Int(part), range.contains(number) else {
                throw ValidationError(
                    "\(option) takes numbers from \(range.lowerBound) to \(range.upperBound); `\(part)` is none."
                )
            }
            return number
        }
        if numbers.isEmpty { throw ValidationError("\(option) needs a number.") }
        return numbers
    }
}

/// The pattern that the last two bytes of a chunk must match.
struct SamplePattern: ExpressibleByArgument, CustomStringConvertible {
    var mask: UInt16
    var value: UInt16

    static let standard = SamplePattern(mask: 0x001F, value: 0x0001)

    init(mask: UInt16, value: UInt16) {
        self.mask = mask
        self.value = value
    }

    init?(argument: String) {
        let parts = argument.split(separator: ":").map { text in
            UInt16(text.hasPrefix("0x") ? text.dropFirst(2) : text, radix: text.hasPrefix("0x") ? 16 : 10)
        }
        guard parts.count == 2, let mask = parts[0], let value = parts[1], value & ~mask == 0 else {
            return nil
        }
        self.init(mask: mask, value: value)
    }

    var description: String { "0x\(String(mask, radix: 16)):0x\(String(value, radix: 16))" }
}

extension BaseChoice: ExpressibleByArgument {}
