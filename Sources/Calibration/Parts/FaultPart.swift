import CCalibration
import Glibc
import HardwareCosts
import Synchronization

/// Page faults: memory that was never touched, pages that a program answers for, pages that are there already.
public struct FaultPart: CalibrationPart {
    /// The part.
    public init() {}

    /// `fault`.
    public var name: String { "fault" }
    /// What it measures.
    public var about: String { "page faults: anonymous, answered through userfaultfd, minor" }
    /// The faults.
    public var primitives: [CostPrimitive] { [.faultAnonymous, .faultUserfaultfd, .faultMinor] }

    private static let pages = 4096

    /// Measures with small pages, each fault by writing one byte.
    public func run(_ context: CalibrationContext) throws -> PartResult {
        var result = PartResult()
        let size = FaultPart.pages * 4096
        guard let fresh = Mapping(size: size, pages: .small),
            let shared = Mapping(size: size, pages: .shared),
            let missing = Mapping(size: size, pages: .small), let minor = Mapping(size: size, pages: .shared)
        else { throw PartUnavailable("there is no memory for it") }
        shared.touch()
        minor.touch()
        var works = [
            FaultPart.work("anonymous, first touch", fresh), FaultPart.work("minor, page cache", shared),
        ]
        var answers: [FaultAnswers] = []
        var missed = ""
        for (name, mapping, isMinor) in [
            ("userfaultfd, missing", missing, false), ("userfaultfd, minor", minor, true),
        ] {
            do {
                answers.append(try FaultAnswers(for: mapping, isMinor: isMinor))
                works.append(FaultPart.work(name, mapping))
            } catch {
                if isMinor {
                    result.notes.append("\(name): \(error.reason)")
                } else {
                    missed = error.reason
                }
            }
        }
        // Kept until the last fault is answered.
        let measured = try withExtendedLifetime(answers) { try context.measure(works, detail: "page faults") }
        for answer in answers where answer.failure != 0 {
            throw PartUnavailable(CopyPart.reason("a fault could not be answered", Int(answer.failure)))
        }
        result.add(
            .faultAnonymous, each: measured[0],
            method: "writing a byte to each of 4096 untouched small pages",
            context)
        result.add(
            .faultMinor, each: measured[1],
            method: "writing a byte to each of 4096 small pages of shared memory that are in the page cache",
            context)
        for measurement in measured.dropFirst(2) {
            if measurement.name == "userfaultfd, missing" {
                result.add(
                    .faultUserfaultfd, each: measurement,
                    method:
                        "from fault to resumption with UFFDIO_COPY, the thread that answers on the same processor",
                    context)
            } else {
                result.rows.append(.init(measurement.name, measurement, remark: "UFFDIO_CONTINUE"))
            }
        }
        if !missed.isEmpty { result.miss([.faultUserfaultfd], missed) }
        return result
    }

    /// Touches each page of `mapping`, which lets go of them before.
    private static func work(_ name: String, _ mapping: Mapping) -> TimedWork {
        TimedWork(
            name, period: pages, prepare: { mapping.drop($0) },
            run: { range in
                ccalibration_dirty(
                    mapping.bytes + range.lowerBound * 4096,
                    range.count * 4096, 4096)
            })
    }
}

/// A thread that answers the page faults of a mapping, on the processor of the thread that made it.
final class FaultAnswers {
    private let shared: Shared
    private var thread = pthread_t()
    private let stop: Int32
    /// Where faults come from while this lives.
    private let mapping: Mapping

    /// What both threads know.
    private final class Shared: Sendable {
        let descriptor: Int32
        let stop: Int32
        let isMinor: Bool
        let failure = Atomic<Int32>(0)

        init(descriptor: Int32, stop: Int32, isMinor: Bool) {
            self.descriptor = descriptor
            self.stop = stop
            self.isMinor = isMinor
        }

        deinit {
            if failure.load(ordering: .relaxed) == 0 { close(descriptor) }
            close(stop)
        }

        func answer() {
            let page = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096)
            page.initializeMemory(as: UInt8.self, repeating: 0x5A, count: 4096)
            defer { page.deallocate() }
            while true {
                let place = ccalibration_uffd_wait(descriptor, stop)
                if place == 0 { return }
                var outcome = Int32(clamping: place)
                if place > 0 {
                    outcome =
                        isMinor
                        ? ccalibration_uffd_continue(descriptor, UInt64(place))
                        : ccalibration_uffd_copy(descriptor, UInt64(place), page)
                }
                if outcome < 0 {
                    // Who faulted must not wait for ever: closing the descriptor lets the kernel answer.
                    failure.store(outcome, ordering: .relaxed)
                    close(descriptor)
                    return
                }
            }
        }
    }

    /// Answers the faults of `mapping`: with a page of its own, or, when `isMinor`, with the page in the page cache.
    init(for mapping: Mapping, isMinor: Bool) throws(PartUnavailable) {
        let descriptor = ccalibration_uffd_open(isMinor ? 1 : 0)
        guard descriptor >= 0 else {
            throw PartUnavailable(
                CopyPart.reason("userfaultfd is refused", Int(descriptor))
                    + (descriptor == -EPERM ? " (run as root, or set vm.unprivileged_userfaultfd)" : ""))
        }
        let registered = ccalibration_uffd_register(descriptor, mapping.base, mapping.size, isMinor ? 1 : 0)
        var ends: [Int32] = [-1, -1]
        guard registered == 0, pipe(&ends) == 0 else {
            close(descriptor)
            throw PartUnavailable(CopyPart.reason("userfaultfd cannot watch memory", Int(registered)))
        }
        self.mapping = mapping
        stop = ends[1]
        shared = Shared(descriptor: descriptor, stop: ends[0], isMinor: isMinor)
        let context = Unmanaged.passRetained(shared)
        let failed = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Shared>.fromOpaque(context).takeRetainedValue().answer() }
                return nil
            }, context.toOpaque())
        if failed != 0 {
            context.release()
            thread = 0
            throw PartUnavailable(CopyPart.reason("no thread for answers", Int(-failed)))
        }
    }

    /// What went wrong, as a negative errno; 0 when nothing did.
    var failure: Int32 { shared.failure.load(ordering: .relaxed) }

    deinit {
        close(stop)
        if thread != 0 { pthread_join(thread, nil) }
    }
}
