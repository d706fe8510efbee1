import Files
import PageContent

/// An instance of a function that stands still and whose pages others are patched against.
final class BaseSandbox {
    /// Its pages.
    let contents: PageSet
    private let process: FunctionProcess
    private let sandbox: StoppedSandbox
    private let addresses: [UInt64]

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

    /// The way to its pages.
    func reader(for way: StartWay) -> any BaseReader {
        switch way {
        case .read, .readLazily:
            LivingBases(
                [LivingBases.Base(process: process.process, addresses: addresses)], most: EagerRestore.batch)
        default: LocalBases([contents.memory], most: EagerRestore.batch)
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
