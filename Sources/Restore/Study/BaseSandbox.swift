import Files
import PageContent
import Verbs

/// An instance of a function that stands still and whose pages others are patched against.
final class BaseSandbox {
    /// Its pages.
    let contents: PageSet
    private let process: FunctionProcess
    private let sandbox: StoppedSandbox
    private let addresses: [UInt64]
    private var connected: RemoteBases?

    /// Starts an instance of `function`, lets it answer some requests, and stops it.
    init(_ function: FunctionCommand, _ settings: StudySettings, seed: Int) throws(InputError) {
        process = try FunctionProcess(
            function.name, function.launch(function.arguments), try Channel(), patience: settings.patience)
        try process.waitUntilReady()
        for request in 0..<settings.warmRequests { _ = try process.answer(to: request, seed: seed) }
        sandbox = try StoppedSandbox(process.process)
        let pages = SandboxPages(sandbox.space)
        addresses = pages.addresses
        contents = PageSet(unplaced: try pages.contents(of: process.process), of: function.name, instance: 0)
    }

    // A process of several threads is gone only when who traces them has taken note: nobody may trace it any more.
    deinit { sandbox.resume() }

    /// The way to its pages; nil with the reason in `absent` when there is none.
    func reader(for way: StartWay, _ figures: inout FunctionFigures) -> (any BaseReader)? {
        switch way {
        case .remote: return remote(&figures)
        case .read, .readLazily:
            return LivingBases(
                [LivingBases.Base(process: process.process, addresses: addresses)], most: EagerRestore.batch)
        default: return LocalBases([contents.memory], most: EagerRestore.batch)
        }
    }

    /// Connected once: what connecting takes belongs to no restore.
    private func remote(_ figures: inout FunctionFigures) -> RemoteBases? {
        if let connected { return connected }
        do throws(VerbsError) {
            let made = try RemoteBases([contents.memory], most: EagerRestore.batch)
            figures.isRemoteEmulated = made.isEmulated
            connected = made
            return made
        } catch {
            figures.absent[.remote] = error.description
            return nil
        }
    }
}

extension PageSet {
    /// Pages of which nothing matters but what they hold.
    init(unplaced memory: PageMemory, of function: String, instance: Int) {
        self.init(
            label: InstanceLabel(function: function, instance: instance), memory: memory,
            kinds: Array(repeating: .anonymous, count: memory.count),
            places: Array(repeating: PagePlace(region: 0, offset: 0), count: memory.count))
    }
}
