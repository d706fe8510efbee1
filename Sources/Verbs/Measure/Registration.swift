/// What registering memory took, in nanoseconds.
public struct RegistrationSample: Hashable, Sendable {
    /// The memory's length in bytes.
    public var bytes: Int
    /// The pages that it is mapped in.
    public var pages: PageKind
    /// Registering it, pages present.
    public var register: UInt64
    /// Taking it back.
    public var deregister: UInt64
}

extension MemorySession {
    /// Registers memory of this side and takes it back, `rounds` times. The memory is mapped and written before, once:
    /// what is timed is locking it and telling the device.
    public func registrationCost(
        bytes: Int, pages: PageKind = .small, rounds: Int
    ) throws(VerbsError) -> [RegistrationSample] {
        let memory = try MappedMemory(count: bytes, pages: pages)
        var samples: [RegistrationSample] = []
        for _ in 0..<rounds {
            let start = MonotonicClock.now()
            var region: RegisteredMemory? = try RegisteredMemory(memory, in: domain, access: [.read, .write])
            let registered = MonotonicClock.now()
            withExtendedLifetime(region) {}
            let before = MonotonicClock.now()
            region = nil
            let end = MonotonicClock.now()
            samples.append(
                RegistrationSample(
                    bytes: memory.count, pages: pages, register: registered - start, deregister: end - before)
            )
        }
        return samples
    }
}
