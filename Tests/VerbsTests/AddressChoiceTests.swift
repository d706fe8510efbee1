import Testing

@testable import Verbs

/// Which address of a port's table is used, over tables as the kernel lists them.
@Suite struct AddressChoiceTests {
    private static let v1 = "IB/RoCE v1"
    private static let v2 = "RoCE v2"

    /// The addresses of the tables, in text as `rdma` and `show_gids` print them, and as bytes.
    private static let addresses: [String: [UInt8]] = [
        "fe80::1234": [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x34],
        "febf::1": [0xfe, 0xbf, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        "fec0::1": [0xfe, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        "2001:db8::1": [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        "fd00::1": [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        "ff02::1": [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        "::1": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        "10.9.0.1": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 9, 0, 1],
        "192.0.2.7": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7],
        "169.254.3.4": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 169, 254, 3, 4],
        "169.253.3.4": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 169, 253, 3, 4],
        "127.0.0.1": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1],
    ]

    @Test(arguments: [
        ("fe80::1234", PortAddress.Scope.link), ("febf::1", .link), ("fec0::1", .routable),
        ("2001:db8::1", .routable), ("fd00::1", .routable), ("ff02::1", .unusable), ("::1", .unusable),
        ("10.9.0.1", .routable), ("169.254.3.4", .link), ("169.253.3.4", .routable), ("127.0.0.1", .unusable),
    ])
    func everyAddressHasItsReach(text: String, scope: PortAddress.Scope) throws {
        #expect(PortAddress(bytes: try #require(Self.addresses[text])).scope == scope)
    }

    /// Tables, each with the place of the address that is to be taken.
    static let tables: [([(String, String)], Int)] = [
        // What mlx5 lists for an interface with one IPv4 address.
        ([("fe80::1234", v1), ("fe80::1234", v2), ("10.9.0.1", v1), ("10.9.0.1", v2)], 3),
        // An interface that took an address of its own before it got one by DHCP.
        ([("fe80::1234", v2), ("169.254.3.4", v2), ("10.9.0.1", v2)], 2),
        // Routable over IPv6 alone.
        ([("fe80::1234", v2), ("169.254.3.4", v2), ("2001:db8::1", v2)], 2),
        ([("169.254.3.4", v2), ("fd00::1", v2)], 1),
        // IPv4 before IPv6 where both are routed, whatever stands first.
        ([("2001:db8::1", v2), ("10.9.0.1", v2)], 1),
        // Only addresses of the link.
        ([("fe80::1234", v1), ("fe80::1234", v2)], 1), ([("fe80::1234", v2), ("169.254.3.4", v2)], 1),
        // No v2 at all: an older adapter.
        ([("fe80::1234", v1), ("10.9.0.1", v1)], 1), ([("fe80::1234", ""), ("2001:db8::1", "")], 1),
        // v1 goes no further than the link, whatever its address.
        ([("10.9.0.1", v1), ("fe80::1234", v2)], 1),
        // Of equals the first.
        ([("10.9.0.1", v2), ("192.0.2.7", v2)], 0), ([("169.253.3.4", v2), ("192.0.2.7", v2)], 0),
        // What reaches nobody is the last resort.
        ([("127.0.0.1", v2), ("::1", v2), ("ff02::1", v2), ("fe80::1234", v1)], 3), ([("127.0.0.1", v2)], 0),
    ]

    @Test(arguments: tables.indices) func theTableGivesTheAddressThatReachesFarthest(number: Int) throws {
        let (rows, expected) = Self.tables[number]
        let entries = try rows.enumerated().map { index, row in
            AddressEntry(
                index: index, address: PortAddress(bytes: try #require(Self.addresses[row.0])), type: row.1,
                interface: "eth0")
        }
        #expect(DeviceChoice.address(among: entries, named: nil)?.index == expected)
        // Its own place in the table is kept: gaps are usual.
        let moved = entries.map {
            AddressEntry(index: $0.index * 3 + 5, address: $0.address, type: $0.type, interface: "eth0")
        }
        #expect(DeviceChoice.address(among: moved, named: nil)?.index == expected * 3 + 5)
        #expect(DeviceChoice.address(among: moved, named: 5)?.index == 5)
        #expect(DeviceChoice.address(among: [], named: nil) == nil)
    }

    @Test func infiniBandTakesTheFirstAsItIsNotReachedByIt() throws {
        let entries = try ["fe80::1234", "2001:db8::1"].enumerated().map { index, text in
            AddressEntry(
                index: index, address: PortAddress(bytes: try #require(Self.addresses[text])), type: Self.v1,
                interface: "")
        }
        #expect(DeviceChoice.address(among: entries, named: nil, isEthernet: false)?.index == 0)
    }
}
