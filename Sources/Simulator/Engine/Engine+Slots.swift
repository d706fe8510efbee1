import EventKernel

// A controller that begins only so many calls at once: those beyond wait before a sandbox is chosen for them.
extension Engine {
    /// Begins `call` if the controller has a slot for it; otherwise it waits for one.
    @inline(never)
    mutating func admit(_ call: Call) {
        var call = call
        call.holdsSlot = true
        guard slots.take() else { return slots.wait(call, since: clock) }
        if isMeasuring { mechanism.resourceWaits.add(0) }
        place(call)
    }

    /// A call has begun to execute, or was refused: its slot goes to the one that has waited the longest.
    mutating func slotIsFree() {
        guard let entry = slots.giveBack() else { return }
        if isMeasuring { mechanism.resourceWaits.add(clock - entry.since) }
        place(entry.call)
    }

    /// `call` ends without having been executed.
    mutating func fail(_ call: Call, _ failure: Recorder.Failure) {
        recorder.failed(call, failure, at: clock)
        // Through an event: whoever comes next may fail too.
        if call.holdsSlot { schedule(.slotFree, at: clock, index: 0) }
    }
}
