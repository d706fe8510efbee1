/// How a function is started.
///
/// A function speaks the protocol of experiments/functions: it prints a line that holds `ready`, and then answers each
/// line of its standard input, such as `{"seed": 3, "request": 0}`, with one line. The answer is to depend on nothing
/// but the requests so far, so that what a restored function answers can be checked.
public struct FunctionCommand: Sendable, Hashable {
    /// The function's name.
    public var name: String
    /// The program and its arguments.
    public var arguments: [String]
    /// What starts its zygote, which prints a line that holds `ready` and for each line `fork REQUESTS ANSWERS` forks
    /// a child that serves the function on these two named pipes, and prints `child PID`; nil when there is none.
    public var zygote: [String]?
    /// All the environment variables that it sees; nil for Pagefold's own.
    public var variables: [String: String]?

    /// A function that `arguments` start.
    public init(
        name: String, arguments: [String], zygote: [String]? = nil, variables: [String: String]? = nil
    ) {
        self.name = name
        self.arguments = arguments
        self.zygote = zygote
        self.variables = variables
    }

    /// What is executed to run `arguments` with the variables; the process is that of `arguments` in the end.
    func launch(_ arguments: [String]) -> [String] {
        guard let variables else { return arguments }
        let settings = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ["env", "-i"] + settings + arguments
    }
}
