import Files
import Glibc
import PageContent
import Snapshots

/// How a function is studied.
public struct StudySettings: Sendable {
    /// How often everything is done.
    public var rounds: Int
    /// Requests that an instance has answered before anything is done with it.
    public var warmRequests = 4
    /// Seconds that a function has for an answer.
    public var patience: Patience = 120
    /// How pages are deduplicated.
    public var dedup: DedupSettings

    /// Everything `rounds` times, with Medes' fingerprints and Pagefold's own patches.
    public init(rounds: Int, dedup: DedupSettings = DedupSettings()) {
        self.rounds = rounds
        self.dedup = dedup
    }
}

/// Starts a function in every way there is, again and again, and takes the times: the counterpart of figure 8 of the
/// Medes paper (EuroSys'22) on one real machine.
///
/// One instance serves as base sandbox. Another one is deduplicated against it, gives up its memory, is brought back,
/// and must answer its next request as an instance does that nobody has touched.
public final class FunctionStudy {
    private let function: FunctionCommand
    private let settings: StudySettings
    private let criu: Result<CRIU, InputError>
    private var figures: FunctionFigures

    /// The inputs of the base sandbox, and those of the one that is deduplicated.
    private static let (baseSeed, seed) = (0, 1)

    /// A study of `function`; `criu` is that program, or why there is none.
    public init(_ function: FunctionCommand, _ settings: StudySettings, criu: Result<CRIU, InputError>) {
        self.function = function
        self.settings = settings
        self.criu = criu
        figures = FunctionFigures(name: function.name)
    }

    /// Does it all; `reached` is told how far it is and at what, and may throw to stop it.
    /// - Throws: `InputError` when the function does not run or answers otherwise than it should, `DamagedRestore` when
    ///   pages come back other than they were, and what `reached` throws.
    public func run(_ reached: (Double, String) throws -> Void) throws -> FunctionFigures {
        let expected = try ExpectedAnswers(function, seed: FunctionStudy.seed, patience: settings.patience)
        let zygote = try Zygote(of: function, patience: settings.patience)
        if zygote == nil { figures.absent[.fork] = "no zygote of it is given" }
        let base = try BaseSandbox(function, settings, seed: FunctionStudy.baseSeed)
        let deduplicator = Deduplicator(bases: [base.contents], settings: settings.dedup, key: 1)
        let target = try warmInstance(expected)
        var subject = Subject(
            process: target, next: settings.warmRequests, base: base, deduplicator: deduplicator)
        for round in 0..<settings.rounds {
            func at(_ way: StartWay) throws {
                let ways = StartWay.allCases
                let part = Double(ways.firstIndex(of: way) ?? 0) / Double(ways.count)
                try reached((Double(round) + part) / Double(settings.rounds), way.rawValue)
            }
            try at(.cold)
            try coldStart(expected)
            try at(.fork)
            if let zygote { try fork(zygote, expected) }
            for way in [StartWay.copied, .read, .remote, .copiedLazily, .readLazily] {
                try at(way)
                try dedupStart(way, &subject, expected)
            }
            for way in [StartWay.criu, .criuLazily] {
                try at(way)
                try checkpoint(way, expected)
            }
        }
        return figures
    }

    /// What is deduplicated and brought back.
    private struct Subject {
        let process: FunctionProcess
        /// The next request.
        var next: Int
        let base: BaseSandbox
        let deduplicator: Deduplicator
    }

    private func start(_ channel: Channel) throws(InputError) -> FunctionProcess {
        try FunctionProcess(
            function.name, function.launch(function.arguments), channel, patience: settings.patience)
    }

    private func warmInstance(_ expected: ExpectedAnswers) throws(InputError) -> FunctionProcess {
        let process = try start(try Channel())
        try process.waitUntilReady()
        for request in 0..<settings.warmRequests {
            _ = try ask(process, request, expected, "before anything")
        }
        return process
    }

    /// Asks `process` and compares; nanoseconds.
    private func ask(
        _ process: FunctionProcess, _ request: Int, _ expected: ExpectedAnswers, _ when: String
    ) throws(InputError) -> UInt64 {
        let begin = Clock.nanoseconds()
        let answer: [UInt8]
        do throws(InputError) {
            answer = try process.answer(to: request, seed: FunctionStudy.seed)
        } catch {
            throw InputError(file: error.file, "\(error.problem) \(when)", remedy: error.remedy)
        }
        let took = Clock.nanoseconds() - begin
        guard try expected.matches(answer, request) else {
            throw InputError(
                file: "function \(function.name)",
                "answers request \(request) \(when) otherwise than an instance that nobody touched",
                remedy: "its answers must depend on its requests alone")
        }
        figures.answersChecked += 1
        return took
    }

    private func coldStart(_ expected: ExpectedAnswers) throws(InputError) {
        let channel = try Channel()
        var times = StartTimes()
        let begin = Clock.nanoseconds()
        let process = try start(channel)
        try process.waitUntilReady()
        times.stages[.start] = Clock.nanoseconds() - begin
        times.stages[.answer] = try ask(process, 0, expected, "after a cold start")
        figures.starts[.cold, default: []].append(times)
        process.end()
    }

    private func fork(_ zygote: Zygote, _ expected: ExpectedAnswers) throws(InputError) {
        let channel = try Channel()
        var times = StartTimes()
        let begin = Clock.nanoseconds()
        let process = try zygote.fork(on: channel)
        times.stages[.start] = Clock.nanoseconds() - begin
        times.stages[.answer] = try ask(process, 0, expected, "after a fork")
        figures.starts[.fork, default: []].append(times)
        process.end()
    }

    private func dedupStart(
        _ way: StartWay, _ subject: inout Subject, _ expected: ExpectedAnswers
    ) throws {
        guard figures.absent[way] == nil, let bases = subject.base.reader(for: way, &figures) else { return }
        figures.warm.append(try ask(subject.process, subject.next, expected, "while it waits warm"))
        subject.next += 1
        let cycle = try DedupCycle(subject.process.process, subject.deduplicator)
        cycle.note(in: &figures)
        var times = StartTimes()
        let restored = try cycle.bringBack(way, from: bases, &times)
        do throws(InputError) {
            times.stages[.answer] = try ask(subject.process, subject.next, expected, "after \(way.rawValue)")
        } catch {
            restored.lazy?.end()
            throw error
        }
        subject.next += 1
        if let obstacle = restored.obstacle {
            figures.absent[way] = obstacle
            return
        }
        if let outcome = try restored.lazy?.finish() {
            times.demanded = outcome.demanded
            guard outcome.differing == 0 else { throw cycle.damage(outcome.differing) }
        }
        figures.pagesChecked += cycle.image.count
        figures.starts[way, default: []].append(times)
    }

    private func checkpoint(_ way: StartWay, _ expected: ExpectedAnswers) throws {
        switch criu {
        case .failure(let reason): figures.absent[way] = reason.description
        case .success(let criu):
            if figures.absent[way] != nil { return }
            do throws(InputError) {
                try checkpoint(way, expected, criu)
            } catch {
                // CRIU's own troubles are no reason to give up the rest.
                if error.file != criu.program { throw error }
                figures.absent[way] = error.description
            }
        }
    }

    private func checkpoint(
        _ way: StartWay, _ expected: ExpectedAnswers, _ criu: CRIU
    ) throws(InputError) {
        let channel = try Channel()
        let process = try start(channel)
        try process.waitUntilReady()
        for request in 0..<settings.warmRequests { _ = try ask(process, request, expected, "before CRIU") }
        let directory = try TemporaryDirectory(in: TemporaryDirectory.memory)
        figures.dumps.append(try criu.dump(process, to: directory.path))
        let server = way.isLazy ? try CRIU.PageServer(criu, directory.path) : nil
        var times = StartTimes()
        times.stages[.restore] = try criu.restore(from: directory.path, lazily: server)
        let restored = FunctionProcess(
            function.name, process: process.process, isChild: true, channel, patience: settings.patience)
        times.stages[.answer] = try ask(restored, settings.warmRequests, expected, "after CRIU")
        figures.starts[way, default: []].append(times)
        server?.finish()
        restored.end()
    }
}
