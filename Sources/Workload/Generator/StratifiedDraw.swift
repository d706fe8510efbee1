import EventKernel

/// What a stream of the generator is for. Each draws from streams of its own.
enum GeneratorStage: UInt64 {
    case popularity = 1, size, combination, triggers, memory, runtime, burstiness, days, process, split
    case duration, names, capping

    /// The stream of this stage for one entity.
    func stream(seed: UInt64, entity: Int = 0) -> RandomStream {
        RandomStream(seed: seed, purpose: .generator, entity: rawValue << 40 | UInt64(entity))
    }
}

/// One probability out of each of `count` equal parts of [0, 1), in random order.
///
/// A workload drawn with these has the distribution it is drawn from up to 1/count, where independent draws
/// would be off by about 1/sqrt(count): small workloads stay typical, and seeds differ less in total load.
func stratified(count: Int, _ stream: inout RandomStream) -> [Double] {
    var values = (0..<count).map { (Double($0) + stream.unit()) / Double(count) }
    for index in stride(from: count - 1, to: 0, by: -1) {
        values.swapAt(index, Int(stream.below(UInt64(index) + 1)))
    }
    return values
}

/// A draw from the standard normal distribution.
func standardNormal(_ stream: inout RandomStream) -> Double {
    normalQuantile(max(stream.unit(), 0x1p-54))
}
