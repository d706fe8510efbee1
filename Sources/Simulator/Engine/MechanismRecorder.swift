import EventKernel

/// Counts what is done with pages, cores and the network while a run goes on.
struct MechanismRecorder: ~Copyable {
    /// What happened to sandboxes in one idle state.
    struct State: BitwiseCopyable {
        var entered: UInt64 = 0
        var reentered: UInt64 = 0
        var refused: UInt64 = 0
        var brokenOff: UInt64 = 0
        var before = CheckedSum()
        var after = CheckedSum()
        var pages = CheckedSum()
        var patched = CheckedSum()
        var patchedOnOwn = CheckedSum()
    }

    var states: [State]
    private var entries: [HistogramBox]
    private var startups: [HistogramBox]
    /// Core nanoseconds by stage kind, in the order of `StageKind.allCases`.
    private var coreTime = [UInt128](repeating: 0, count: StageKind.allCases.count)
    var resourceWaits = LogHistogram()
    var reads = LogHistogram()
    var lookups = CheckedSum()
    var failures = FailureCounts()

    /// A histogram that an array can hold.
    private final class HistogramBox {
        var histogram = LogHistogram()
    }

    init(states: Int) {
        self.states = Array(repeating: State(), count: states)
        entries = (0..<states).map { _ in HistogramBox() }
        startups = (0..<states).map { _ in HistogramBox() }
    }

    /// A stage is under way and will take so long.
    mutating func stageEnded(
        _ kind: StageKind, amounts: StageAmounts, coreTime: UInt128, isCounted: Bool
    ) {
        guard isCounted else { return }
        self.coreTime[MechanismRecorder.place(of: kind)] += coreTime
        if kind == .lookup { lookups += amounts.pages }
    }

    /// A sandbox put an image away.
    mutating func stored(_ image: StoredImage, state: Int, unit: UInt32, isCounted: Bool) {
        guard isCounted else { return }
        states[state].pages += image.pages
        states[state].patched += image.patchedPages
        states[state].patchedOnOwn += image.references.reduce(0) {
            $0 + ($1.unit == unit ? UInt64($1.pages) : 0)
        }
    }

    /// A sandbox entered a state.
    mutating func entered(
        _ state: Int, again: Bool, after nanoseconds: UInt64, before: UInt64, held: UInt64, isCounted: Bool
    ) {
        guard isCounted else { return }
        entries[state].histogram.add(nanoseconds)
        if again {
            states[state].reentered += 1
        } else {
            states[state].entered += 1
            states[state].before += before
            states[state].after += held
        }
    }

    /// A call begins to execute on a sandbox that was idle in `state`.
    func restored(from state: Int, startup: UInt64) { startups[state].histogram.add(startup) }

    /// Whether some amount is more than 64 bits count.
    var isExceeded: Bool {
        lookups.isExceeded
            || states.contains { state in
                [state.before, state.after, state.pages, state.patched, state.patchedOnOwn].contains {
                    $0.isExceeded
                }
            }
    }

    /// What was counted.
    /// - Parameter execution: core nanoseconds of executions.
    func record(_ record: inout MechanismRecord, execution: Double) {
        if execution > 0 {
            record.coreSeconds.append(CoreUse(purpose: "execution", seconds: execution / 1e9))
        }
        for (place, kind) in StageKind.allCases.enumerated() where coreTime[place] > 0 {
            record.coreSeconds.append(
                CoreUse(purpose: kind.rawValue, seconds: Double(coreTime[place]) / 1e9))
        }
        record.states = states.indices.map { place in
            let state = states[place]
            return StateRecord(
                entered: state.entered, reentered: state.reentered, refused: state.refused,
                brokenOff: state.brokenOff,
                entry: LatencySummary(entries[place].histogram, unit: 1e-9),
                startup: LatencySummary(startups[place].histogram, unit: 1e-9),
                before: state.before.value, after: state.after.value, pages: state.pages.value,
                patched: state.patched.value, patchedOnOwn: state.patchedOnOwn.value)
        }
        record.reads = LatencySummary(reads, unit: 1e-9)
        record.resourceWaits = LatencySummary(resourceWaits, unit: 1e-9)
        record.lookups = lookups.value
        record.failures = failures
    }

    private static let places: [StageKind: Int] = Dictionary(
        uniqueKeysWithValues: StageKind.allCases.enumerated().map { ($0.element, $0.offset) })

    private static func place(of kind: StageKind) -> Int { places[kind] ?? 0 }
}
