/// Which device, port and address a connection uses; what is not set is chosen.
public struct DeviceChoice: Hashable, Sendable {
    /// The device's name; nil takes the first with an active port, an adapter before software.
    public var device: String?
    /// The port, from 1; nil takes the first that is active.
    public var port: Int?
    /// The index of the address; nil prefers RoCE v2 over IPv4, then RoCE v2, then any.
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

extension DeviceChoice {
    /// The address to use of a port's table: the one that was named, else the best.
    static func address(among entries: [AddressEntry], named index: Int?) -> AddressEntry? {
        if let index { return entries.first { $0.index == index } }
        return entries.first { $0.type.hasSuffix("v2") && $0.address.isIPv4 }
            ?? entries.first { $0.type.hasSuffix("v2") }
            ?? entries.first
    }
}
