import CProcess
import Files
import Glibc
import Snapshots

/// A process that stands still, all of its threads, and does system calls at our will.
///
/// All calls must come from the thread that made it; should that end, the kernel lets the process go.
final class StoppedSandbox {
    /// The process.
    let process: Int32
    private var tracer = Tracer()
    private let thread: Int32
    /// Where the process has an instruction that enters the kernel.
    private let entry: UInt64
    /// What it has mapped, as of now.
    private(set) var space: AddressSpace

    /// Stops `process`.
    /// - Throws: `InputError` when it may not be traced, has gone, or runs on a processor that is not known here.
    init(_ process: Int32) throws(InputError) {
        self.process = process
        try Permission.checkNamespace()
        let threads = try tracer.stop(process)
        guard let first = threads.first else { throw LiveProcess.failure(process, number: ESRCH) }
        thread = first
        let space = try AddressSpace(of: first, devices: MemoryDevices(of: process))
        guard let entry = StoppedSandbox.entry(of: process, space) else {
            throw InputError(
                file: "process \(process)", "cannot be made to do system calls",
                remedy: "x86-64 with a vDSO is needed")
        }
        self.entry = entry
        self.space = space
    }

    /// The instruction `syscall` (0F 05) in the vDSO, which the kernel maps into every process and keeps for clocks
    /// that cannot be read without it.
    private static func entry(of process: Int32, _ space: AddressSpace) -> UInt64? {
        guard let region = space.regions.first(where: { $0.name == "[vdso]" }) else { return nil }
        var code = [UInt8](repeating: 0, count: region.range.count)
        let count = code.withUnsafeMutableBytes { bytes in
            let local = [iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)]
            let remote = [
                iovec(
                    iov_base: UnsafeMutableRawPointer(bitPattern: UInt(region.range.lowerBound)),
                    iov_len: bytes.count)
            ]
            return cprocess_read(process, local, 1, remote, 1)
        }
        guard count == code.count else { return nil }
        let place = (0..<(code.count - 1)).first { code[$0] == 0x0F && code[$0 + 1] == 0x05 }
        return place.map { region.range.lowerBound + UInt64($0) }
    }

    /// Makes the process do a system call; what that returns, a negative errno when it fails.
    func call(_ number: some BinaryInteger, _ arguments: UInt64...) throws(InputError) -> Int64 {
        var six = arguments + Array(repeating: 0, count: 6 - arguments.count)
        var result: Int64 = 0
        let failure = cprocess_call(thread, entry, Int(number), &six, &result)
        guard failure == 0 else {
            throw InputError(
                file: "process \(process)",
                "does not do system calls at our will: \(String(cString: strerror(-failure)))")
        }
        return result
    }

    /// Reads anew what it has mapped.
    func look() throws(InputError) {
        space = try AddressSpace(of: thread, devices: MemoryDevices(of: process))
    }

    /// Lets it go on.
    func resume() { tracer.release() }
}
