import Glibc

/// Opening sockets by names of hosts.
package enum SocketAddresses {
    /// The port of `calibrate rdma` when none is given.
    static let defaultPort = 18515

    /// Connects to a host within a time. Throws `.peer`.
    package static func connect(
        host: String, port: Int, within seconds: Double
    ) throws(VerbsError) -> ControlSocket {
        let name = "\(host):\(port)"
        let deadline = MonotonicClock.now() + UInt64(seconds * 1e9)
        var reason = "no address"
        for address in try resolve(host, port: port, passive: false) {
            let descriptor = socket(address.family, CInt(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
            guard descriptor >= 0 else { continue }
            let failure = connect(descriptor, to: address, until: deadline)
            if failure == 0 { return ControlSocket(adopting: descriptor, peer: name) }
            close(descriptor)
            reason = VerbsError.words(failure)
        }
        throw VerbsError(
            .peer, "cannot reach \(name): \(reason)",
            remedy: "start 'pagefold calibrate rdma serve' there and open TCP port \(port) in the firewall")
    }

    private static func connect(_ descriptor: CInt, to address: Address, until deadline: UInt64) -> CInt {
        let started = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        if started == 0 { return 0 }
        guard errno == EINPROGRESS else { return errno }
        let now = MonotonicClock.now()
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard now < deadline, Glibc.poll(&poll, 1, CInt(clamping: (deadline - now) / 1_000_000 + 1)) > 0
        else {
            return ETIMEDOUT
        }
        var (failure, size) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
        return failure
    }

    /// Listens on an address; port 0 takes any free one. Gives the socket and its port. Throws `.request` when the
    /// port is in use.
    static func listen(host: String, port: Int) throws(VerbsError) -> (descriptor: CInt, port: Int) {
        guard let address = try resolve(host, port: port, passive: true).first else {
            throw VerbsError(.request, "'\(host)' has no address to listen on")
        }
        let descriptor = socket(address.family, CInt(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard descriptor >= 0 else { throw .failed("cannot open a socket", errno) }
        var yes: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 8) == 0 else {
            let number = errno
            close(descriptor)
            if number == EADDRINUSE {
                throw VerbsError(
                    .request, "port \(port) is in use on this host",
                    remedy:
                        "another server runs ('ss -ltnp'); end it or give --port another number on both sides"
                )
            }
            throw VerbsError(.request, "cannot listen on \(host):\(port): \(VerbsError.words(number))")
        }
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        // The port stands in bytes 2 and 3 of IPv4's and IPv6's addresses alike, high byte first.
        let bound = withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
        return (descriptor, bound)
    }

    private struct Address {
        var family: CInt
        var bytes: [UInt8]

        func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
            bytes.withUnsafeBytes { raw in
                guard let start = raw.baseAddress else { return -1 }
                return body(start.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
            }
        }
    }

    private static func resolve(_ host: String, port: Int, passive: Bool) throws(VerbsError) -> [Address] {
        guard (0...65535).contains(port) else {
            throw VerbsError(.request, "\(port) is not a port", remedy: "ports go from 1 to 65535")
        }
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = passive ? AI_PASSIVE : 0
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, "\(port)", &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard failure == 0 else {
            throw VerbsError(
                passive ? .request : .peer,
                "'\(host)' is not a known host: \(String(cString: gai_strerror(failure)))")
        }
        var found: [Address] = []
        var next = list
        while let entry = next?.pointee {
            if let address = entry.ai_addr {
                found.append(
                    Address(
                        family: entry.ai_family,
                        bytes: Array(UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen)))))
            }
            next = entry.ai_next
        }
        return found
    }
}
