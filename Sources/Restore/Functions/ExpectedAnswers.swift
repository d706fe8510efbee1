import Files

/// What an instance that nobody touches answers, for comparison.
final class ExpectedAnswers {
    private let process: FunctionProcess
    private let seed: Int
    private var answers: [[UInt8]] = []

    /// Starts an instance of `function` with the inputs that `seed` names.
    init(_ function: FunctionCommand, seed: Int, patience: Patience) throws(InputError) {
        self.seed = seed
        process = try FunctionProcess(
            function.name, function.launch(function.arguments), try Channel(), patience: patience)
        try process.waitUntilReady()
    }

    /// Whether `answer` is what it answers to request number `request`, after all those before it.
    func matches(_ answer: [UInt8], _ request: Int) throws(InputError) -> Bool {
        while answers.count <= request {
            answers.append(try process.answer(to: answers.count, seed: seed))
        }
        return answers[request] == answer
    }
}
