import EventKernel
import Files

// The tables of a trace file, written and read side by side so that both can be compared.

extension GrowingBytes {
    mutating func append(tablesOf workload: Workload) {
        append(word: workload.horizon.nanoseconds)
        append(workload.isMemoryByFunction ? 1 : 0 as UInt8)
        append(provenance: workload.provenance)
        append(word: UInt64(workload.shapes.count))
        for shape in workload.shapes { append(shape) }
        append(word: UInt64(workload.applications.count))
        for application in workload.applications {
            append(text: application.name)
            append(text: application.owner)
            append(word: application.memory.count)
        }
        append(word: UInt64(workload.functions.count))
        for function in workload.functions {
            append(text: function.name)
            append(half: function.application.raw)
            append(function.trigger.rawValue)
            append(word: function.memory.count)
            append(function.executionTime)
            append(text: function.runtime)
        }
        append(callsOf: workload.calls)
    }

    private mutating func append(provenance: Provenance) {
        append(text: provenance.title)
        append(word: UInt64(provenance.inputs.count))
        for input in provenance.inputs {
            append(text: input.path)
            append(text: input.digest)
        }
        append(word: UInt64(provenance.warnings.count))
        for warning in provenance.warnings {
            append(text: warning.message)
            append(word: UInt64(warning.count))
        }
    }

    private mutating func append(_ shape: Distribution) {
        switch shape {
        case .constant(let value): append(kind: 0, [value])
        case .uniform(let low, let high): append(kind: 1, [low, high])
        case .exponential(let mean): append(kind: 2, [mean])
        case .logNormal(let mu, let sigma): append(kind: 3, [mu, sigma])
        case .weibull(let shape, let scale): append(kind: 4, [shape, scale])
        case .burr(let c, let k, let scale): append(kind: 5, [c, k, scale])
        case .quantiles(let points):
            append(kind: 6, [])
            append(word: UInt64(points.count))
            for point in points {
                append(number: point.probability)
                append(number: point.value)
            }
        }
    }

    private mutating func append(_ time: ExecutionTime) {
        switch time {
        case .perCall: append(UInt8(0))
        case .constant(let duration):
            append(UInt8(1))
            append(word: duration.nanoseconds)
        case .shaped(let shape, let scale):
            append(UInt8(2))
            append(half: shape)
            append(number: scale)
        case .percentiles(let p):
            append(UInt8(3))
            for point in [p.p0, p.p1, p.p25, p.p50, p.p75, p.p99, p.p100] { append(half: point.bitPattern) }
        }
    }

    private mutating func append(callsOf calls: Calls) {
        switch calls {
        case .minuteCounts(let counts):
            append(UInt8(0))
            for value in [counts.minutes, counts.functionCount, counts.cellCount] {
                append(word: UInt64(value))
            }
            append(word: counts.totalCalls)
            append(word: UInt64(counts.region.bytes.count))
        case .events(let events):
            append(UInt8(1))
            append(word: UInt64(events.count))
            append(UInt8(events.hasInputSizes ? 1 : 0))
        case .poisson(let calls):
            append(UInt8(calls.seed == nil ? 2 : 3))
            append(number: calls.rate)
            if let seed = calls.seed { append(word: seed) }
            append(word: UInt64(calls.weights.count))
        }
    }

    private mutating func append(kind: UInt8, _ numbers: [Double]) {
        append(kind)
        for number in numbers { append(number: number) }
    }
}

extension ByteDecoder {
    mutating func workload(calls region: ByteRegion) throws(Damage) -> Workload {
        let horizon = SimDuration(nanoseconds: try word())
        let memoryKind = try byte()
        guard memoryKind <= 1 else { throw Damage() }
        let provenance = try provenance()
        var shapes: [Distribution] = []
        for _ in 0..<(try count(ofSize: 9)) { shapes.append(try shape()) }
        var applications: [Application] = []
        for _ in 0..<(try count(ofSize: 16)) {
            applications.append(Application(name: try text(), owner: try text(), memory: Bytes(try word())))
        }
        var functions: [Function] = []
        for _ in 0..<(try count(ofSize: 22)) { functions.append(try function()) }
        var workload = Workload(
            applications: applications, functions: functions, shapes: shapes, calls: try calls(in: region),
            horizon: horizon, provenance: provenance)
        workload.isMemoryByFunction = memoryKind == 1
        return workload
    }

    private mutating func provenance() throws(Damage) -> Provenance {
        var provenance = Provenance(title: try text())
        for _ in 0..<(try count(ofSize: 8)) {
            provenance.inputs.append(Provenance.Input(path: try text(), digest: try text()))
        }
        for _ in 0..<(try count(ofSize: 12)) {
            let message = try text()
            guard let times = Int(exactly: try word()) else { throw Damage() }
            provenance.warnings.append(Provenance.Warning(message, count: times))
        }
        return provenance
    }

    private mutating func function() throws(Damage) -> Function {
        let name = try text()
        let application = ApplicationID(try half())
        guard let trigger = Trigger(rawValue: try byte()) else { throw Damage() }
        let memory = Bytes(try word())
        let time = try executionTime()
        return Function(
            name: name, application: application, trigger: trigger, memory: memory, executionTime: time,
            runtime: try text())
    }

    private mutating func shape() throws(Damage) -> Distribution {
        switch try byte() {
        case 0: return .constant(try number())
        case 1: return .uniform(low: try number(), high: try number())
        case 2: return .exponential(mean: try number())
        case 3: return .logNormal(mu: try number(), sigma: try number())
        case 4: return .weibull(shape: try number(), scale: try number())
        case 5: return .burr(c: try number(), k: try number(), scale: try number())
        case 6:
            var points: [Distribution.QuantilePoint] = []
            for _ in 0..<(try count(ofSize: 16)) {
                points.append(Distribution.QuantilePoint(try number(), try number()))
            }
            return .quantiles(points)
        default: throw Damage()
        }
    }

    private mutating func executionTime() throws(Damage) -> ExecutionTime {
        switch try byte() {
        case 0: return .perCall
        case 1: return .constant(SimDuration(nanoseconds: try word()))
        case 2: return .shaped(shape: try half(), scale: try number())
        case 3:
            var p: [Float] = []
            for _ in 0..<7 { p.append(Float(bitPattern: try half())) }
            return .percentiles(
                ExecutionTime.Percentiles(
                    p0: p[0], p1: p[1], p25: p[2], p50: p[3], p75: p[4], p99: p[5], p100: p[6]))
        default: throw Damage()
        }
    }

    private mutating func calls(in region: ByteRegion) throws(Damage) -> Calls {
        let kind = try byte()
        switch kind {
        case 0: return .minuteCounts(try minuteCounts(in: region))
        case 1: return .events(try events(in: region))
        case 2, 3:
            let rate = try number()
            let seed = kind == 3 ? try word() : nil
            let count = try word()
            guard UInt64(region.bytes.count) / 8 == count, region.bytes.count % 8 == 0 else { throw Damage() }
            let weights = (0..<Int(count)).map { Double(bitPattern: region.word($0)) }
            return .poisson(PoissonCalls(rate: rate, weights: weights, seed: seed))
        default: throw Damage()
        }
    }

    private mutating func minuteCounts(in region: ByteRegion) throws(Damage) -> MinuteCounts {
        let limit = UInt64(region.bytes.count)
        let (minutes, functions, cells, calls) = (try word(), try word(), try word(), try word())
        let size = try word()
        guard minutes < limit / 8, functions <= MinuteCounts.functionLimit, cells <= limit, size <= limit,
            limit - size < 8, (minutes + 1) * 8 <= size
        else { throw Damage() }
        guard region.bytes[Int(size)...].allSatisfy({ $0 == 0 }) else { throw Damage() }
        return MinuteCounts(
            region: region.prefix(Int(size)), minutes: Int(minutes), functionCount: Int(functions),
            cellCount: Int(cells), totalCalls: calls)
    }

    private mutating func events(in region: ByteRegion) throws(Damage) -> EventList {
        let count = try word()
        let sized = try byte()
        guard sized <= 1, count <= UInt64(region.bytes.count / 16) else { throw Damage() }
        guard EventList.size(Int(count), inputSizes: sized == 1) == region.bytes.count else { throw Damage() }
        return EventList(region: region, count: Int(count), hasInputSizes: sized == 1)
    }
}
