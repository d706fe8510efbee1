/// The base sandboxes that exist, with the number of sandboxes that depend on each.
struct BaseSandboxes {
    /// One base sandbox.
    struct Base: BitwiseCopyable {
        var sandbox: UInt32
        var node: UInt32
        var unit: UInt32
        /// Counts base sandboxes in the order in which they were registered.
        var serial: UInt32
        /// Sandboxes whose patches refer to it.
        var references: UInt32 = 0
    }

    /// None yet. `profileFunction` is the number of the profile function that each unit behaves as.
    init(profileFunction: [Int], functions: Int, nodes: Int) {}

    /// A sandbox becomes a base sandbox.
    mutating func add(sandbox: Int, unit: Int, node: Int) {}

    /// A base sandbox is gone.
    mutating func remove(sandbox: Int) {}

    /// One more, or one fewer, sandbox depends on `sandbox`.
    mutating func reference(_ sandbox: Int, by change: Int) {}

    /// How many sandboxes depend on `sandbox`; 0 when it is no base sandbox.
    func references(to sandbox: Int) -> Int { 0 }

    /// How many base sandboxes there are of `unit`.
    func count(of unit: Int) -> Int { 0 }

    /// Whether `sandbox` is a base sandbox.
    func isBase(_ sandbox: Int) -> Bool { false }
}
