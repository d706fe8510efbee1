import Files

/// A process that has imported a function and forks children that serve it (SOCK, ATC'18, section 4).
final class Zygote {
    private let function: FunctionCommand
    private let process: FunctionProcess
    private let patience: Patience

    /// Starts the zygote of `function` and waits until it has imported it; nil when the function has none.
    init?(of function: FunctionCommand, patience: Patience) throws(InputError) {
        guard let arguments = function.zygote else { return nil }
        self.function = function
        self.patience = patience
        process = try FunctionProcess(
            function.name, function.launch(arguments), try Channel(), patience: patience)
        try process.waitUntilReady()
    }

    /// Forks a child and waits until it is ready.
    func fork(on channel: Channel) throws(InputError) -> FunctionProcess {
        let line = try process.command("fork \(channel.requestsPath) \(channel.answersPath)")
        guard let word = line.split(separator: " ").last, let child = Int32(word), child > 0 else {
            throw InputError(
                file: "zygote of \(function.name)", "did not say `child PID` when it was told to fork")
        }
        let function = FunctionProcess(
            function.name, process: child, isChild: false, channel, patience: patience)
        try function.waitUntilReady()
        return function
    }

    deinit { process.end() }
}
