import EventKernel
import Statistics
import Workload

/// Which combinations of settings a sweep tries: the `sweep` of an experiment file.
enum SweepDesign: Sendable {
    /// Every combination of the values of each axis; the last axis changes fastest.
    case grid([SweepAxis])
    /// The combinations that are listed.
    case list([[SweepAssignment]])
    /// Samples of the space that the axes span.
    case sampled(SweepSampling)

    /// How many combinations there are; nil when that does not fit.
    var count: Int? {
        switch self {
        case .grid(let axes):
            var product = 1
            for axis in axes {
                let (next, overflow) = product.multipliedReportingOverflow(by: axis.values.count ?? 0)
                if overflow { return nil }
                product = next
            }
            return product
        case .list(let points): return points.count
        case .sampled(let sampling): return sampling.samples
        }
    }

    /// The combinations in their order. Ask `count` first.
    var points: [[SweepAssignment]] {
        switch self {
        case .grid(let axes): return SweepDesign.combinations(axes)
        case .list(let points): return points
        case .sampled(let sampling): return sampling.points
        }
    }

    private static func combinations(_ axes: [SweepAxis]) -> [[SweepAssignment]] {
        var points: [[SweepAssignment]] = [[]]
        for axis in axes {
            let values = axis.values.all
            points = points.flatMap { point in
                values.map { point + [SweepAssignment(path: axis.path, value: $0, origin: axis.origin)] }
            }
        }
        return points
    }
}

/// One setting with one value.
struct SweepAssignment: Sendable {
    /// The setting.
    var path: SettingPath
    /// Its value.
    var value: ConfigNode
    /// Where the file names the setting.
    var origin: ConfigNode.Origin

    /// Puts the value into the tree of an experiment.
    func apply(to tree: inout ConfigNode, _ faults: Faults) {
        do throws(SettingPath.Misfit) {
            try path.put(value, in: &tree)
        } catch {
            faults.add(origin, "\(path.text): \(error.problem)", remedy: error.remedy)
        }
    }

    /// The setting as results carry it.
    var setting: SweepPoint.Setting {
        SweepPoint.Setting(path: path.text, value: value.scalar ?? JSONValue(value).compactText)
    }
}

/// One swept setting and its values.
struct SweepAxis: Sendable {
    /// The setting.
    var path: SettingPath
    /// Its values.
    var values: Values
    /// Where the file names it.
    var origin: ConfigNode.Origin

    /// The values of an axis.
    enum Values: Sendable {
        /// These.
        case listed([ConfigNode])
        /// Those between two ends.
        case range(AxisRange)

        /// How many; nil for a range without steps.
        var count: Int? {
            switch self {
            case .listed(let nodes): nodes.count
            case .range(let range): range.steps
            }
        }

        /// All of them.
        var all: [ConfigNode] {
            switch self {
            case .listed(let nodes): nodes
            case .range(let range): range.values
            }
        }

        /// The value at a position from 0 to 1.
        func value(at position: Double) -> ConfigNode {
            switch self {
            case .listed(let nodes): nodes[min(Int(position * Double(nodes.count)), nodes.count - 1)]
            case .range(let range): range.value(at: position)
            }
        }
    }
}

/// Samples of a space of settings.
struct SweepSampling: Sendable {
    /// How the samples are spread.
    var method: Method
    /// How many.
    var samples = 0
    /// What they are drawn from.
    var seed: UInt64 = 1
    /// The space.
    var axes: [SweepAxis] = []

    /// How samples are spread over the space.
    enum Method: Sendable {
        /// One in each of as many strata of each axis (McKay, Beckman, Conover 1979).
        case latinHypercube
        /// Independently (Bergstra, Bengio 2012).
        case random
    }

    /// The samples in order.
    var points: [[SweepAssignment]] {
        positions.map { row in
            zip(axes, row).map { axis, position in
                SweepAssignment(path: axis.path, value: axis.values.value(at: position), origin: axis.origin)
            }
        }
    }

    private var positions: [[Double]] {
        switch method {
        case .latinHypercube:
            return LatinHypercube.sample(count: samples, dimensions: axes.count, seed: seed)
        case .random:
            return (0..<samples).map { sample in
                let stream = RandomStream(seed: seed, purpose: .sweep, entity: UInt64(sample))
                return axes.indices.map { RandomStream.unit(stream.word(at: UInt64($0))) }
            }
        }
    }
}
