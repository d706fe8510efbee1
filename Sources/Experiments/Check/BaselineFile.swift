import Files
import Foundation
import Workload

extension Baseline {
    /// What to say when there is no file at `path`.
    public static func missing(at path: String) -> InputError {
        let (directory, name) = (
            (path as NSString).deletingLastPathComponent, (path as NSString).lastPathComponent
        )
        let beside =
            (try? FileManager.default.contentsOfDirectory(atPath: directory.isEmpty ? "." : directory)) ?? []
        let near = Suggestion.nearest(to: name, among: beside.filter { $0.hasSuffix(".yaml") }.sorted())
        let guess = near.map {
            "did you mean \(directory.isEmpty ? $0 : (directory as NSString).appendingPathComponent($0))? Else "
        }
        return InputError(
            file: path, "there is no baseline",
            remedy:
                "\(guess ?? "")write it with pagefold check STORE --baseline \(path) --update, and commit it")
    }
}
