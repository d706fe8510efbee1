/// Which device, port and address a connection uses; what is not set is chosen.
public struct DeviceChoice: Hashable, Sendable {
    /// The device's name; nil takes the first with an active port, an adapter before software.
    public var device: String?
    /// The port, from 1; nil takes the first that is active.
    public var port: Int?
    /// The index of the address; nil prefers RoCE v2 to v1, then addresses that are routed to
    /// those of one link (169.254.0.0/16, fe80::/10), then IPv4.
    public var gidIndex: Int?

    /// A choice; nil leaves it to the harness.
    public init(device: String? = nil, port: Int? = nil, gidIndex: Int? = nil) {
        self.device = device
        self.port = port
        self.gidIndex = gidIndex
    }
}

/// One place of a port's table of addresses.
struct AddressEntry: Hashable {
    var index: Int
    var address: PortAddress
    var type: String
    var interface: String
}

extension AddressEntry {
    /// How well a connection reaches other hosts by this address, the best first: RoCE v2 before v1, as only v2's
    /// packets pass routers; then addresses that are routed before those of one link; then IPv4, which hosts more often
    /// share, before IPv6. Unusable ones are last.
    var rank: Int {
        let reach: Int
        switch address.scope {
        case .routable: reach = address.isIPv4 ? 0 : 1
        case .link: reach = address.isIPv4 ? 2 : 3
        case .unusable: return 9
        }
        return (type.hasSuffix("v2") ? 0 : 4) + reach
    }
}

extension DeviceChoice {
    /// The address to use of a port's table: the one that was named, else the best; of equals the first. InfiniBand
    /// finds its way by other numbers (LID), and takes the first.
    static func address(
        among entries: [AddressEntry], named index: Int?, isEthernet: Bool = true
    ) -> AddressEntry? {
        if let index { return entries.first { $0.index == index } }
        return isEthernet ? entries.min { $0.rank < $1.rank } : entries.first
    }
}
