import EventKernel

/// Seeded draws from the laws that the simulations of this target need.
struct Draws {
    var stream: RandomStream

    init(seed: UInt64, entity: UInt64 = 0) {
        stream = RandomStream(seed: seed, purpose: .test, entity: entity)
    }

    /// A uniform number in (0, 1).
    mutating func unit() -> Double { stream.unit() + 0x1p-54 }
    mutating func normal() -> Double { normalQuantile(unit()) }
    mutating func exponential() -> Double { -portableLog(unit()) }
    /// The exponential of a normal number with deviation `sigma`.
    mutating func logNormal(_ sigma: Double) -> Double { portableExp(sigma * normal()) }
    mutating func array(_ count: Int, _ draw: (inout Draws) -> Double) -> [Double] {
        (0..<count).map { _ in draw(&self) }
    }
}

/// The share of `repetitions` for which `hit` holds, each with draws of its own.
func share(of repetitions: Int, seed: UInt64, _ hit: (inout Draws) -> Bool) -> Double {
    var hits = 0
    for repetition in 0..<repetitions {
        var draws = Draws(seed: seed, entity: UInt64(repetition))
        if hit(&draws) { hits += 1 }
    }
    return Double(hits) / Double(repetitions)
}

/// A share as a percentage with two decimals.
func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }
