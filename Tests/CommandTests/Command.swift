import Foundation

/// The real binary, run as its users do.
struct Command {
    /// What a run of the command gave.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The binary: `PAGEFOLD_BINARY`, or the one beside the test bundle.
    static let binary: String = {
        if let path = ProcessInfo.processInfo.environment["PAGEFOLD_BINARY"] { return path }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("pagefold").path
    }()

    static var exists: Bool { FileManager.default.isExecutableFile(atPath: binary) }

    /// A process that is ready to start, its standard output and error going to files in `directory`.
    static func process(_ arguments: [String], in directory: String, program: String = binary) throws
        -> Process
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        for name in ["stdout", "stderr"] {
            _ = FileManager.default.createFile(atPath: "\(directory)/.\(name)", contents: nil)
        }
        process.standardOutput = FileHandle(forWritingAtPath: "\(directory)/.stdout")
        process.standardError = FileHandle(forWritingAtPath: "\(directory)/.stderr")
        return process
    }

    /// Waits for the end of `process`.
    static func outcome(of process: Process, in directory: String) -> Outcome {
        process.waitUntilExit()
        func text(_ name: String) -> String {
            String(
                decoding: FileManager.default.contents(atPath: "\(directory)/.\(name)") ?? Data(),
                as: UTF8.self)
        }
        let status =
            process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Outcome(status: status, output: text("stdout"), errors: text("stderr"))
    }

    /// Runs the command to its end.
    static func run(_ arguments: [String], in directory: String, program: String = binary) throws -> Outcome {
        let process = try process(arguments, in: directory, program: program)
        try process.run()
        return outcome(of: process, in: directory)
    }
}

/// A directory with a small experiment, `small.yaml`, removed after the test.
func withDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = NSTemporaryDirectory() + "pagefold-command-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try """
    name: small
    workload:
      poisson: {functions: 50, rate: 20 /s, horizon: 30 min, execution: {exponential: {mean: 0.2 s}}}
    cluster:
      nodes: [{count: 3, memory: 2 GiB}]
    start: huawei
    policies:
      fixed: {idle: {keep-alive: 1 min}}
      forever: {idle: forever, reclaim: greedy-dual}
    """.write(toFile: "\(path)/small.yaml", atomically: true, encoding: .utf8)
    return try body(path)
}

/// What a directory holds, hidden files of `Command` aside.
func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory)
        .filter { $0 != ".stdout" && $0 != ".stderr" }.sorted()
}
