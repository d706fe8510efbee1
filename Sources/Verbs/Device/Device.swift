import CVerbs
import Glibc
import Machine

/// An open device with the port and the address that connections use.
public final class Device {
    let context: OpaquePointer
    /// What is known of the device and the port.
    public let facts: DeviceFacts
    let address: PortAddress
    let lid: UInt16
    let isEthernet: Bool
    /// The packet size as the verbs number it: 1 for 256 bytes, 5 for 4096.
    let mtuCode: UInt8

    /// Opens the device, port and address of a choice. Throws `.unavailable` with what is in the way.
    public init(_ choice: DeviceChoice) throws(VerbsError) {
        let (context, found) = try Self.open(choice)
        self.context = context
        facts = found.facts
        address = found.address
        lid = found.lid
        isEthernet = found.isEthernet
        mtuCode = found.mtuCode
    }

    deinit { cverbs_close(context) }

    private static func open(_ choice: DeviceChoice) throws(VerbsError) -> (OpaquePointer, Inspection) {
        let devices = try Devices()
        let names = devices.names
        if let name = choice.device, !names.contains(name) {
            if names.isEmpty { throw Devices.noDevice() }
            throw VerbsError(
                .unavailable, "there is no RDMA device '\(name)'",
                remedy: "there is \(names.sorted().joined(separator: ", "))")
        }
        // What is wrong with the best candidate is told, when none will do.
        var obstacle: VerbsError?
        for name in choice.device.map({ [$0] }) ?? names.sorted(by: { Self.rank($0) < Self.rank($1) }) {
            do throws(VerbsError) {
                guard let context = try devices.open(name) else { continue }
                do throws(VerbsError) {
                    return (context, try inspect(context, name: name, choice: choice))
                } catch {
                    cverbs_close(context)
                    throw error
                }
            } catch {
                obstacle = obstacle ?? error
            }
        }
        throw obstacle ?? Devices.noDevice()
    }

    /// Adapters before software, then by name.
    private static func rank(_ name: String) -> (Int, String) { (isEmulated(name) ? 1 : 0, name) }

    private static func isEmulated(_ name: String) -> Bool {
        // A device of software hangs below no bus.
        SystemFile.names(in: "/sys/class/infiniband/\(name)/device").isEmpty
    }

    private struct Inspection {
        var facts: DeviceFacts
        var address: PortAddress
        var lid: UInt16
        var isEthernet: Bool
        var mtuCode: UInt8
    }

    private static func inspect(
        _ context: OpaquePointer, name: String, choice: DeviceChoice
    ) throws(VerbsError) -> Inspection {
        var device = cverbs_device_facts()
        let failure = cverbs_device_facts(context, &device)
        guard failure == 0 else { throw .failed("cannot query the RDMA device \(name)", failure) }
        let (number, port) = try activePort(context, name: name, count: Int(device.ports), named: choice.port)
        let entries = addresses(context, name: name, port: number, count: Int(port.gids))
        let best = DeviceChoice.address(
            among: entries, named: choice.gidIndex, isEthernet: port.ethernet != 0)
        guard let entry = best else {
            let known = entries.map { "\($0.index) (\($0.address), \($0.type))" }.joined(separator: ", ")
            throw VerbsError(
                .unavailable,
                choice.gidIndex.map { "port \(number) of \(name) has no address at index \($0)" }
                    ?? "port \(number) of \(name) has no address",
                remedy: known.isEmpty ? "give its network interface an IP address" : "there are \(known)")
        }
        let folder = "/sys/class/infiniband/\(name)"
        let bus = "\(folder)/device"
        let speed = [
            SystemFile.text("\(bus)/current_link_speed"), SystemFile.text("\(bus)/current_link_width"),
        ]
        .compactMap { $0 }.joined(separator: " x")
        let facts = DeviceFacts(
            name: name,
            firmware: withUnsafeBytes(of: device.firmware) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            },
            model: SystemFile.text("\(folder)/board_id") ?? SystemFile.text("\(folder)/hca_type") ?? "",
            vendor: device.vendor, part: device.part,
            node: SystemFile.text("\(bus)/numa_node").flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 },
            isEmulated: isEmulated(name), port: number,
            linkLayer: port.ethernet != 0 ? "Ethernet" : "InfiniBand",
            rate: SystemFile.text("\(folder)/ports/\(number)/rate") ?? "",
            mtu: 128 << Int(port.active_mtu), gidIndex: entry.index, gid: "\(entry.address)",
            gidType: entry.type, interface: entry.interface, bus: speed,
            queuePairs: Int(device.queue_pairs), outstandingReads: Int(device.outstanding_reads),
            answeredReads: Int(device.answered_reads), completions: Int(device.completions),
            workRequests: Int(device.work_requests))
        return Inspection(
            facts: facts, address: entry.address, lid: port.lid, isEthernet: port.ethernet != 0,
            mtuCode: UInt8(clamping: port.active_mtu))
    }

    private static func activePort(
        _ context: OpaquePointer, name: String, count: Int, named: Int?
    ) throws(VerbsError) -> (Int, cverbs_port_facts) {
        guard count > 0, named.map({ (1...count).contains($0) }) ?? true else {
            throw VerbsError(
                .unavailable, "\(name) has no port \(named ?? 1)", remedy: "it has \(count), counted from 1")
        }
        var states: [String] = []
        for number in named.map({ $0...$0 }) ?? 1...count {
            var port = cverbs_port_facts()
            let failure = cverbs_port_facts(context, UInt8(clamping: number), &port)
            guard failure == 0 else { throw .failed("cannot query port \(number) of \(name)", failure) }
            if port.state == cverbs_port_active() { return (number, port) }
            let state = cverbs_port_state(port.state).map { String(cString: $0) } ?? "unknown"
            states.append("port \(number) is \(state)")
        }
        throw VerbsError(
            .unavailable, "no link of \(name) is up: \(states.joined(separator: ", "))",
            remedy:
                "check the cable and the switch; for RoCE set the network interface up ('ip link set DEV up')"
        )
    }

    private static func addresses(
        _ context: OpaquePointer, name: String, port: Int, count: Int
    ) -> [AddressEntry] {
        let folder = "/sys/class/infiniband/\(name)/ports/\(port)/gid_attrs"
        var entries: [AddressEntry] = []
        for index in 0..<min(count, 4096) {
            var bytes = [UInt8](repeating: 0, count: 16)
            guard cverbs_gid(context, UInt8(clamping: port), CInt(index), &bytes) == 0 else { continue }
            let address = PortAddress(bytes: bytes)
            if address.isEmpty { continue }
            entries.append(
                AddressEntry(
                    index: index, address: address, type: SystemFile.text("\(folder)/types/\(index)") ?? "",
                    interface: SystemFile.text("\(folder)/ndevs/\(index)") ?? ""))
        }
        return entries
    }
}
