import EventKernel
import Workload

/// `workload: {azure2019: {directory: DIR}}`: days of the Azure Functions 2019 release, or a sample of it.
struct Azure2019Source: WorkloadSource {
    var directory = ""
    var days: ClosedRange<Int>?
    var options = AzureFunctions2019Reader.Options()

    static var key: String { "azure2019" }
    static var blank: Azure2019Source { Azure2019Source() }

    static func kind(_ paths: PathKind) -> Kind<Azure2019Source> {
        typealias Memory = AzureFunctions2019Reader.Memory
        return Record(
            "azure2019",
            [
                Field("directory", \Azure2019Source.directory, paths.kind, required: true),
                Field("days", \Azure2019Source.days, Kind<ClosedRange<Int>>.days.optional(blank: 1...1)),
                Field("duplicates", \Azure2019Source.options.duplicates, .word()),
                Field("missing", \Azure2019Source.options.missing, .word()),
                Field("execution-time", \Azure2019Source.options.executionTime, .word()),
                Field("memory", \Azure2019Source.options.memory, Kind<Memory>.word()),
                Field("memory-where-all-unknown", \Azure2019Source.options.memoryWhereAllUnknown, .memory),
            ]
        ).kind
    }

    var withoutPaths: Azure2019Source {
        var source = self
        source.directory = ""
        return source
    }

    func load(strict: Bool) throws -> Workload {
        var options = options
        options.strict = strict
        return try AzureFunctions2019Reader(directory: directory, days: days, options: options).read()
    }
}

extension Kind where Value == ClosedRange<Int> {
    /// Days of the release: `7`, `1..3`, or a list of days that follow each other.
    static var days: Kind {
        let day = Kind<Int>.whole(1...14)
        let expected = "days from 1 to 14, such as 7 or 1..3"
        return Kind(expected) { node, base, faults in
            var ends: [ConfigNode] = []
            if case .list(let values) = node.content {
                ends = values
            } else if let text = node.scalar {
                ends = splitRange(text).map {
                    ConfigNode(.scalar($0, quoted: false), origin: node.origin, path: node.path)
                }
            }
            let before = faults.errors.count
            let numbers = ends.map { day.read($0, 1, faults) }
            if faults.errors.count > before { return base }
            let isRange = node.scalar != nil
            guard let first = numbers.first, let last = numbers.last, first <= last,
                isRange ? numbers.count <= 2 : numbers == Array(first...last)
            else {
                faults.expected(expected, node, remedy: "days must follow each other")
                return base
            }
            return first...last
        } write: { days in
            .text(days.count == 1 ? "\(days.lowerBound)" : "\(days.lowerBound)..\(days.upperBound)")
        }
    }

    /// The two sides of `..`, or the whole.
    private static func splitRange(_ text: String) -> [String] {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty else { return [text] }
        return [String(parts[0]), String(parts[2])]
    }
}
