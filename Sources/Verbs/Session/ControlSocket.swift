import Glibc

/// A TCP connection on which messages go to and fro, each within a time limit.
package final class ControlSocket {
    let descriptor: CInt
    /// The other side, in words.
    let peer: String

    /// Takes over a connected socket.
    init(adopting descriptor: CInt, peer: String) {
        self.descriptor = descriptor
        self.peer = peer
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        func set(_ level: CInt, _ option: CInt, _ value: CInt) {
            var value = value
            _ = setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
        }
        // A host that went away without a word is noticed after some 7 s of silence.
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(CInt(IPPROTO_TCP), TCP_KEEPIDLE, 3)
        set(CInt(IPPROTO_TCP), TCP_KEEPINTVL, 1)
        set(CInt(IPPROTO_TCP), TCP_KEEPCNT, 4)
        // While something that was sent is not acknowledged none of that is looked at; without this it is tried
        // again for a quarter of an hour.
        set(CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, 7_000)
        set(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    deinit { close(descriptor) }

    /// Sends a message. Throws `.peer` when the other side does not take it in time.
    package func send(_ message: Message, within seconds: Double, version: UInt32 = handshakeVersion)
        throws(VerbsError)
    {
        let bytes = MessageCoding.encode(message, version: version)
        let deadline = MonotonicClock.now() + UInt64(seconds * 1e9)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN || errno == EINTR {
                try wait(for: POLLOUT, until: deadline, seconds: seconds)
            } else {
                throw broken(errno)
            }
        }
    }

    /// Takes the next message. Throws `.peer` when none comes in time or the other side has gone, `.handshake` when
    /// it is not one.
    package func receive(within seconds: Double) throws(VerbsError) -> Message {
        let deadline = MonotonicClock.now() + UInt64(seconds * 1e9)
        let header = try MessageCoding.header(
            read(MessageCoding.headerSize, until: deadline, seconds: seconds))
        return try MessageCoding.decode(header, read(header.length, until: deadline, seconds: seconds))
    }

    /// Takes what there is, without waiting; false when the other side has closed. No more than a message is taken at
    /// a time: what a stranger sends is held in little memory.
    func take(into inbox: inout MessageInbox) throws(VerbsError) -> Bool {
        var block = [UInt8](repeating: 0, count: 1 << 13)
        while !inbox.isFull {
            let got = recv(descriptor, &block, block.count, CInt(MSG_DONTWAIT))
            if got > 0 {
                inbox.append(block[..<got])
            } else if got == 0 {
                return false
            } else if errno == EAGAIN {
                return true
            } else if errno != EINTR {
                throw broken(errno)
            }
        }
        return true
    }

    private func read(_ count: Int, until deadline: UInt64, seconds: Double) throws(VerbsError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes[filled...].withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            if got > 0 {
                filled += got
                // Who does not begin with the magic is told from its first bytes, however few follow.
                if count == MessageCoding.headerSize, filled < count,
                    bytes[..<min(filled, 8)] != MessageCoding.magic[..<min(filled, 8)]
                {
                    _ = try MessageCoding.header(bytes)
                }
            } else if got == 0 {
                throw gone()
            } else if errno == EAGAIN || errno == EINTR {
                try wait(for: POLLIN, until: deadline, seconds: seconds)
            } else {
                throw broken(errno)
            }
        }
        return bytes
    }

    private func wait(for event: CInt, until deadline: UInt64, seconds: Double) throws(VerbsError) {
        let now = MonotonicClock.now()
        guard now < deadline else {
            throw VerbsError(
                .peer, "\(peer) was silent for \(seconds) s",
                remedy: "it hangs, is not a Pagefold, or a firewall swallows its packets")
        }
        var poll = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        _ = Glibc.poll(&poll, 1, CInt(clamping: (deadline - now) / 1_000_000 + 1))
    }

    /// The network said that it ended, not the other side.
    private func broken(_ number: CInt) -> VerbsError {
        VerbsError(
            .peer, "\(peer) is gone: \(VerbsError.words(number))",
            remedy: number == ECONNRESET || number == EPIPE
                ? "its process was ended" : "its host went down, or the network between the two")
    }

    private func gone() -> VerbsError {
        VerbsError(.peer, "\(peer) has closed the connection", remedy: "see what its own output says")
    }

    /// Throws `.peer` when the other side has gone, or says something that nobody asked for.
    func check() throws(VerbsError) {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, 0) > 0 else { return }
        if case .refusal(let why) = try receive(within: 1) {
            throw VerbsError(.peer, "\(peer) gave up: \(why)")
        }
        throw VerbsError(.handshake, "\(peer) breaks the handshake: it speaks unasked")
    }
}

/// What has come of the next messages.
struct MessageInbox {
    private var bytes: [UInt8] = []

    /// Whether a message has begun and not ended.
    var hasPart: Bool { !bytes.isEmpty }
    /// Whether the longest message there may be is held.
    var isFull: Bool { bytes.count >= MessageCoding.headerSize + Message.Limit.payload }

    /// Adds what came.
    mutating func append(_ more: ArraySlice<UInt8>) { bytes += more }

    /// Takes the next whole message; nil while it is not all there. Throws `.handshake` for what is none, as soon as
    /// that can be told.
    mutating func next() throws(VerbsError) -> Message? {
        let begin = min(bytes.count, MessageCoding.magic.count)
        if bytes[..<begin] != MessageCoding.magic[..<begin] { _ = try MessageCoding.header([]) }
        guard bytes.count >= MessageCoding.headerSize else { return nil }
        let header = try MessageCoding.header(Array(bytes[..<MessageCoding.headerSize]))
        let end = MessageCoding.headerSize + header.length
        guard bytes.count >= end else { return nil }
        let message = try MessageCoding.decode(header, Array(bytes[MessageCoding.headerSize..<end]))
        bytes.removeFirst(end)
        return message
    }
}

/// Time in nanoseconds since some instant; it never goes back.
package enum MonotonicClock {
    @inline(__always)
    package static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
