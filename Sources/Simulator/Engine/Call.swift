import EventKernel
import Workload

/// One invocation under way. Times are nanoseconds.
struct Call: BitwiseCopyable {
    /// Running number in order of arrival: what belongs to it is drawn with this.
    var id: UInt64
    var arrivedAt: UInt64
    /// How long it executes, alone.
    var execution: UInt64
    var function: UInt32
    var unit: UInt32
    /// Whether it holds a slot of the controller until it executes.
    var holdsSlot = false
}

/// How an invocation was started.
enum StartKind: BitwiseCopyable, Equatable {
    case warm
    case partial
    case waited
    case cold
    /// From this idle state, from 1.
    case restored(UInt8)

    /// A small number for the fingerprint.
    var code: UInt64 {
        switch self {
        case .warm: 0
        case .partial: 1
        case .waited: 2
        case .cold: 3
        case .restored(let state): 4 + UInt64(state)
        }
    }
}
