import CVerbs
import Glibc
import Machine

/// The RDMA devices of this machine.
public enum DeviceList {
    /// The names of the devices, sorted; those without a driver's library in this process are missing. Throws
    /// `.unavailable` when the library is.
    public static func names() throws(VerbsError) -> [String] {
        let list = try Devices()
        return list.names.sorted()
    }

    /// Whether the device that is chosen, with an active port, can be opened here; nil when so, else why not.
    public static func obstacle(for choice: DeviceChoice = DeviceChoice()) -> VerbsError? {
        do {
            _ = try Device(choice)
            return nil
        } catch {
            return error
        }
    }
}

/// The library's list of devices, given back at its end.
struct Devices: ~Copyable {
    private let list: UnsafeMutablePointer<OpaquePointer?>
    private let count: Int

    init() throws(VerbsError) {
        if let why = cverbs_load() {
            throw VerbsError(
                .unavailable, "the RDMA library cannot be loaded: \(String(cString: why))",
                remedy: "install libibverbs1 and ibverbs-providers")
        }
        var count: CInt = 0
        guard let list = cverbs_devices(&count) else {
            let number = errno
            if number == ENOSYS || number == ENOENT {
                throw VerbsError(
                    .unavailable, "the kernel has no RDMA support loaded",
                    remedy: "modprobe ib_uverbs and the adapter's driver")
            }
            throw VerbsError.failed("cannot list the RDMA devices", number)
        }
        self.list = list
        self.count = Int(count)
    }

    deinit { cverbs_free_devices(list) }

    var names: [String] {
        (0..<count).compactMap { cverbs_device_name(list[$0]).map { String(cString: $0) } }
    }

    /// Opens a device by name; nil when the list does not hold it.
    func open(_ name: String) throws(VerbsError) -> OpaquePointer? {
        for index in 0..<count {
            guard let found = cverbs_device_name(list[index]), String(cString: found) == name else {
                continue
            }
            guard let context = cverbs_open(list[index]) else {
                throw Self.refusal(name, errno)
            }
            return context
        }
        return nil
    }

    /// Why a device was not opened. The library hides the reason: the device's file is looked at again.
    private static func refusal(_ name: String, _ number: CInt) -> VerbsError {
        let folder = "/sys/class/infiniband_verbs"
        let node = SystemFile.names(in: folder).first { SystemFile.text("\(folder)/\($0)/ibdev") == name }
        guard let node, access("/dev/infiniband/\(node)", R_OK | W_OK) != 0 else {
            return VerbsError.failed("cannot open the RDMA device \(name)", number)
        }
        if errno == ENOENT {
            return VerbsError(
                .unavailable, "cannot open the RDMA device \(name): there is no /dev/infiniband/\(node)",
                remedy: "load ib_uverbs; in a container pass /dev/infiniband through")
        }
        return VerbsError.failed("cannot open the RDMA device \(name) (/dev/infiniband/\(node))", EACCES)
    }

    /// Why there is no device to choose.
    static func noDevice() -> VerbsError {
        let known = SystemFile.names(in: "/sys/class/infiniband")
        if known.isEmpty {
            return VerbsError(
                .unavailable, "this machine has no RDMA device",
                remedy: "scripts/rdma-vm runs a command in a virtual machine that has an emulated one")
        }
        return VerbsError(
            .unavailable, "the kernel has \(known.joined(separator: ", ")), but no library drives it",
            remedy: "install ibverbs-providers; the kernel's version and the library's must match")
    }
}
