import CProcess
import Foundation
import Testing

@testable import Snapshots

/// Memory of another process where a filter refuses the calls made for it, as in containers.
@Suite struct RefusedCallsTests {
    /// Runs `body` on a thread of its own, in which the two calls are refused: a filter cannot be taken away again.
    private func refused(_ body: @escaping @Sendable () -> Void) throws -> Bool {
        final class State: @unchecked Sendable { var isRefused = false }
        let state = State()
        let thread = Thread {
            state.isRefused =
                cprocess_refuse(
                    Int32(CPROCESS_PROCESS_VM_READV), Int32(CPROCESS_PROCESS_VM_WRITEV))
                == 0
            if state.isRefused { body() }
        }
        thread.start()
        while !thread.isFinished { usleep(1_000) }
        return state.isRefused
    }

    @Test func memoryIsReadAndWrittenThroughTheFileInstead() throws {
        final class Found: @unchecked Sendable {
            var read = 0, written = 0, missing = 0
            var bytes = [UInt8](repeating: 0, count: 10_000)
        }
        let found = Found()
        let source = UnsafeMutableRawPointer.allocate(byteCount: 10_000, alignment: 4096)
        defer { source.deallocate() }
        for place in 0..<10_000 {
            source.storeBytes(of: UInt8(truncatingIfNeeded: place * 7), toByteOffset: place, as: UInt8.self)
        }
        let address = UInt(bitPattern: source)
        let isRefused = try refused {
            // This process itself: no right is needed, so that only the filter is in the way. Ranges that do not match.
            func place(_ offset: Int) -> UnsafeMutableRawPointer? {
                UnsafeMutableRawPointer(bitPattern: address + UInt(offset))
            }
            found.bytes.withUnsafeMutableBytes { own in
                let local = [
                    iovec(iov_base: own.baseAddress, iov_len: 4_500),
                    iovec(iov_base: own.baseAddress.map { $0 + 4_500 }, iov_len: 5_500),
                ]
                let remote = [
                    iovec(iov_base: place(0), iov_len: 100), iovec(iov_base: place(100), iov_len: 9_000),
                    iovec(iov_base: place(9_100), iov_len: 900),
                ]
                found.read = cprocess_read(getpid(), local, 2, remote, 3)
            }
            var word: UInt64 = 0x0102_0304_0506_0708
            withUnsafeMutableBytes(of: &word) { bytes in
                let local = [iovec(iov_base: bytes.baseAddress, iov_len: 8)]
                found.written = cprocess_write(
                    getpid(), local, 1, [iovec(iov_base: place(16), iov_len: 8)], 1)
                let nowhere = [iovec(iov_base: UnsafeMutableRawPointer(bitPattern: 4096), iov_len: 8)]
                found.missing = cprocess_read(getpid(), local, 1, nowhere, 1)
            }
        }
        guard isRefused else {
            print("skipped: this kernel takes no filter of system calls")
            return
        }
        #expect(found.read == 10_000)
        #expect(found.bytes.indices.allSatisfy { found.bytes[$0] == UInt8(truncatingIfNeeded: $0 * 7) })
        #expect(found.written == 8)
        #expect(source.loadUnaligned(fromByteOffset: 16, as: UInt64.self) == 0x0102_0304_0506_0708)
        #expect(found.missing == -Int(EFAULT))
    }

    @Test func theNumbersOfProcHereAreThoseOfTheProcesses() throws {
        try Permission.checkNamespace()
    }
}
