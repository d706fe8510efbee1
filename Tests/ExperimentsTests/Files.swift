import Experiments
import Foundation

/// A small experiment that reads without complaint; tests add to it or change it.
let smallExperiment = """
    name: small
    workload:
      poisson: {functions: 20, rate: 5 /s, horizon: 20 min, execution: 100 ms}
    cluster:
      nodes:
        - {count: 2, memory: 4 GiB}
    """

/// Reads an experiment from text as if it were `/data/test.yaml`, with the working directory `/desk`.
func read(_ text: String, set overrides: [String] = []) throws -> Experiment {
    try Experiment(
        Experiment.Input(
            text: text, file: "test.yaml", directory: "/data", workingDirectory: "/desk",
            overrides: overrides.map { try Override($0) }))
}

/// Every error of a file, or none.
func errors(of text: String, set overrides: [String] = []) -> [String] {
    do {
        _ = try read(text, set: overrides)
        return []
    } catch {
        return "\(error)".split(separator: "\n").map(String.init)
    }
}

/// A directory for one test, removed after it.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = NSTemporaryDirectory() + "pagefold-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}
