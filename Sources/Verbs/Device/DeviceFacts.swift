/// What is known of an RDMA device and the port that is used of it. Figures of a measurement are worth nothing
/// without these.
public struct DeviceFacts: Hashable, Sendable {
    /// The device's name, such as `mlx5_0`.
    public var name: String
    /// The firmware's version.
    public var firmware: String
    /// The adapter's model as its driver names it; empty when it does not.
    public var model: String
    /// The vendor's and the part's number.
    public var vendor: UInt32
    /// The part's number.
    public var part: UInt32
    /// The NUMA node that the adapter is at; nil when unknown.
    public var node: Int?
    /// Whether it is software on an ordinary network interface (Soft-RoCE, soft iWARP) and no adapter.
    public var isEmulated: Bool
    /// The port, from 1.
    public var port: Int
    /// `Ethernet` (RoCE) or `InfiniBand`.
    public var linkLayer: String
    /// The link's speed in the kernel's words, such as `100 Gb/sec (4X EDR)`; empty when unknown.
    public var rate: String
    /// The link's largest packet in bytes, as negotiated.
    public var mtu: Int
    /// The index of the port's address (GID) in its table.
    public var gidIndex: Int
    /// The address in text.
    public var gid: String
    /// The address's type: `RoCE v2`, `IB/RoCE v1`; empty when unknown.
    public var gidType: String
    /// The network interface below it; empty when unknown.
    public var interface: String
    /// The PCI Express link of the adapter now, such as `16.0 GT/s PCIe x16`; empty when unknown.
    public var bus: String
    /// The most queue pairs.
    public var queuePairs: Int
    /// The most reads that a queue pair has under way.
    public var outstandingReads: Int
    /// The most reads that a queue pair answers at once.
    public var answeredReads: Int
    /// The most entries of a completion queue.
    public var completions: Int
    /// The most operations that wait in a queue.
    public var workRequests: Int
}

/// An address of a port: 16 bytes, for RoCE over IPv4 the IPv4 address at the end.
public struct PortAddress: Hashable, Sendable, CustomStringConvertible {
    /// The first eight bytes, as a number.
    public var high: UInt64
    /// The last eight bytes, as a number.
    public var low: UInt64

    /// An address of two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(bytes: [UInt8]) {
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }

    var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }

    /// Whether no address was given to this place of the table.
    public var isEmpty: Bool { low == 0 && (high == 0 || high == 0xfe80_0000_0000_0000) }

    /// Whether it holds an IPv4 address.
    public var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

    /// How far an address reaches.
    enum Scope: Hashable {
        /// Through routers: of the internet, or of a site's own.
        case routable
        /// To hosts on the same link: 169.254.0.0/16 (RFC 3927), fe80::/10 (RFC 4291).
        case link
        /// To no other host: this host itself, a group, or none.
        case unusable
    }

    var scope: Scope {
        if isIPv4 {
            switch low >> 24 & 0xff {
            case 0, 127, 224...255: return .unusable
            default: return low >> 16 & 0xffff == 169 << 8 | 254 ? .link : .routable
            }
        }
        if high >> 56 == 0xff || high == 0 && low <= 1 { return .unusable }
        return high >> 54 == 0xfe80 >> 6 ? .link : .routable
    }

    /// `10.0.0.1` for IPv4, else eight groups in base 16.
    public var description: String {
        if isIPv4 { return (0..<4).map { String(low >> (24 - 8 * $0) & 0xff) }.joined(separator: ".") }
        return [high, low].flatMap { half in
            (0..<4).map { index in
                let group = String(half >> (48 - 16 * index) & 0xffff, radix: 16)
                return String(repeating: "0", count: 4 - group.count) + group
            }
        }.joined(separator: ":")
    }
}
