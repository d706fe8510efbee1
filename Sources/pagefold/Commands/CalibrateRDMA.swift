import ArgumentParser
import Calibration
import EventKernel
import Experiments
import Files
import HardwareCosts
import Verbs

/// What of `pagefold calibrate` is for the part `rdma` alone, and its two words `serve` and `run HOST`.
struct CalibrateRDMA: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "With serve and run: the TCP port on which the two sides meet. Default: 18515.",
            valueName: "number"))
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "The RDMA device. Default: the first with an active port, adapters before software.",
            valueName: "name"))
    var device: String?

    @Option(
        name: .customLong("ib-port"),
        help: ArgumentHelp("The device's port, from 1. Default: the first active.", valueName: "number"))
    var devicePort: Int?

    @Option(
        help: ArgumentHelp(
            "The index of the port's address. Default: RoCE v2 over IPv4 if there is one.", valueName: "index"
        ))
    var gid: Int?

    @Option(
        help: ArgumentHelp(
            "Memory to read, such as 256 MiB (the default); with serve the most that a client may ask for (4 GiB).",
            valueName: "memory"),
        transform: { text in
            guard let memory = Quantity.memory(text) else {
                throw ValidationError(Quantity.faultOfMemory(text))
            }
            return memory
        })
    var memory: Bytes?

    @Option(
        help: ArgumentHelp(
            "The most connections: 4096, with --quick 256; with serve the most that a client may ask for (8192).",
            valueName: "count"))
    var queuePairs: Int?

    @Option(
        help: ArgumentHelp(
            "With serve: the address to listen on. Default: all of the host.", valueName: "address"))
    var listen: String?

    /// What the words after `calibrate` make of the part.
    enum Role: Equatable {
        /// No word of the two: loopback.
        case here
        /// Offers memory to another host.
        case serve
        /// Reads another host's memory.
        case run(host: String)
    }

    /// The role that the words give.
    /// - Throws: when they are no use of `rdma`.
    static func role(of words: [String]) throws -> Role {
        guard words.first == "rdma", let word = words.dropFirst().first else { return .here }
        switch (word, words.count) {
        case ("serve", 2): return .serve
        case ("run", 3): return .run(host: words[2])
        case ("serve", _):
            throw ValidationError("'rdma serve' takes no more words, and no other part beside it.")
        case ("run", _):
            throw ValidationError(
                "'rdma run' takes the host on which 'rdma serve' runs, and no other part beside it.")
        default: return .here
        }
    }

    /// Whether any of the options was given.
    private var isGiven: Bool {
        port != nil || device != nil || devicePort != nil || gid != nil || memory != nil || queuePairs != nil
            || listen != nil
    }

    /// That the options fit the role and each other.
    func check(_ role: Role, isMeasured: Bool) throws {
        if isGiven, !isMeasured {
            throw ValidationError(
                "The options of RDMA are for the part rdma, which is not among those named.")
        }
        if port != nil, role == .here {
            throw ValidationError("--port is for 'rdma serve' and 'rdma run HOST'.")
        }
        if listen != nil, role != .serve { throw ValidationError("--listen is for 'rdma serve'.") }
        func range(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
            if let value, !range.contains(value) {
                throw ValidationError("\(name) takes \(range.lowerBound) to \(range.upperBound).")
            }
        }
        try range("--port", port, (role == .serve ? 0 : 1)...65_535)
        try range("--ib-port", devicePort, 1...255)
        try range("--gid", gid, 0...65_535)
        try range("--queue-pairs", queuePairs, 1...65_536)
        if let memory, !(UInt64(RDMASettings.leastMemory)...1 << 45).contains(memory.count) {
            throw ValidationError("--memory takes \(RDMASettings.leastMemory >> 20) MiB to 32 TiB.")
        }
    }

    var choice: DeviceChoice { DeviceChoice(device: device, port: devicePort, gidIndex: gid) }

    /// The part, as the options want it.
    func part(_ role: Role) -> RDMAPart {
        var settings = RDMASettings(choice: choice)
        if case .run(let host) = role { settings.host = host }
        if let port { settings.port = port }
        if let memory { settings.memory = Int(memory.count) }
        if let queuePairs { settings.queuePairs = queuePairs }
        return RDMAPart(settings)
    }
}
