import ArgumentParser
import Calibration
import EventKernel
import Experiments
import Files
import Glibc
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
            "The index of the port's address (GID). Default: RoCE v2 before v1, routed before link-local, IPv4 first.",
            valueName: "index"))
    var gid: Int?

    @Option(
        help: ArgumentHelp(
            "Memory to read, such as 256 MiB (the default); with serve the most that is taken for a client, in all: "
                + "half of what the machine has left, and 4 GiB at most.",
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
        name: [.customLong("listen"), .customLong("bind")],
        help: ArgumentHelp(
            "With serve: the address to listen on, such as 0.0.0.0 for all of the host. Default: 127.0.0.1, this host.",
            valueName: "address"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "With serve: seconds after which a client that is silent is given up. Default: 300.",
            valueName: "seconds"))
    var idle: Int?

    @Option(
        help: ArgumentHelp(
            "With serve and run: the token that lets a client in. Others see it in the list of processes: better "
                + "--token-file, or the variable \(MemoryServer.tokenVariable). Default of serve: random, printed.",
            valueName: "token"))
    var token: String?

    @Option(
        help: ArgumentHelp("With serve and run: a file whose first line is the token.", valueName: "file"))
    var tokenFile: String?

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
    /// - Throws: when they are not a use of `rdma`.
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
            || listen != nil || idle != nil || token != nil || tokenFile != nil
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
        if token != nil || tokenFile != nil, role == .here {
            throw ValidationError("--token and --token-file are for 'rdma serve' and 'rdma run HOST'.")
        }
        if token != nil, tokenFile != nil {
            throw ValidationError("--token and --token-file say the same: leave one out.")
        }
        if let token, AccessToken(token) == nil {
            throw ValidationError("--token takes \(CalibrateRDMA.tokenRule).")
        }
        if idle != nil, role != .serve { throw ValidationError("--idle is for 'rdma serve'.") }
        if listen != nil, role != .serve { throw ValidationError("--listen is for 'rdma serve'.") }
        func range(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
            if let value, !range.contains(value) {
                throw ValidationError("\(name) takes \(range.lowerBound) to \(range.upperBound).")
            }
        }
        try range("--port", port, (role == .serve ? 0 : 1)...65_535)
        try range("--ib-port", devicePort, 1...255)
        try range("--gid", gid, 0...65_535)
        try range("--idle", idle, 1...1_000_000)
        try range("--queue-pairs", queuePairs, 1...65_536)
        if let memory, !(UInt64(RDMASettings.leastMemory)...1 << 45).contains(memory.count) {
            throw ValidationError("--memory takes \(RDMASettings.leastMemory >> 20) MiB to 32 TiB.")
        }
    }

    var choice: DeviceChoice { DeviceChoice(device: device, port: devicePort, gidIndex: gid) }

    static let tokenRule =
        "\(AccessToken.lengths.lowerBound) to \(AccessToken.lengths.upperBound) letters, digits and signs, no spaces"

    /// The token that was given, by an option, a file or the environment; nil when none was.
    /// - Throws: `InputError` when the file cannot be read, or what stands there is no token.
    func givenToken() throws -> AccessToken? {
        let text: String
        let place: String
        if let token {
            (text, place) = (token, "--token")
        } else if let tokenFile {
            (text, place) = (try TextFile.read(tokenFile, limit: 4096), tokenFile)
        } else if let value = getenv(MemoryServer.tokenVariable) {
            (text, place) = (String(cString: value), MemoryServer.tokenVariable)
        } else {
            return nil
        }
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).first ?? ""
        let word = String(line.trimmingPrefix(while: \.isWhitespace).prefix { !$0.isWhitespace })
        guard let token = AccessToken(word) else {
            throw InputError(file: place, "holds no token", remedy: "a token has \(CalibrateRDMA.tokenRule)")
        }
        return token
    }

    /// The part, as the options want it.
    /// - Throws: `InputError` when the token cannot be had.
    func part(_ role: Role) throws -> RDMAPart {
        var settings = RDMASettings(choice: choice)
        if case .run(let host) = role {
            settings.host = host
            settings.token = try givenToken()?.text ?? ""
        }
        if let port { settings.port = port }
        if let memory { settings.memory = Int(memory.count) }
        if let queuePairs { settings.queuePairs = queuePairs }
        return RDMAPart(settings)
    }
}
