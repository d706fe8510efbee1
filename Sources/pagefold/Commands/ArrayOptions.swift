import ArgumentParser
import Experiments
import Files
import Glibc
import Workload

/// How a sweep is submitted to Slurm.
struct ArrayOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Tasks of the array, or 200%20 for 20 of them at once. Default: one a run, at most 100.",
            valueName: "n"))
    var arraySize: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "An option for sbatch, such as --sbatch='--partition=short'; may be repeated.",
            valueName: "option"))
    var sbatch: [String] = []

    @Option(
        help: ArgumentHelp(
            "The program on the nodes. Default: this one, with its path here.", valueName: "file"))
    var program: String?

    @Flag(help: "Submits although tasks of an earlier array may still run, or have finished nothing.")
    var force = false

    func validate() throws {
        if let arraySize, ArraySettings.Size(arraySize) == nil {
            throw ValidationError("--array-size must be a number above 0, such as 200, or 200%20.")
        }
        for option in sbatch {
            if let fault = ArraySettings.fault(of: option) { throw ValidationError("--sbatch: \(fault).") }
        }
    }

    /// Whether any is given.
    var isGiven: Bool { arraySize != nil || !sbatch.isEmpty || program != nil || force }

    /// Their names.
    var names: String { "--array-size, --sbatch, --program and --force" }

    /// The settings asked for; what is not given stays as it was in the array before.
    func settings(after last: ArraySettings?) throws -> ArraySettings {
        ArraySettings(
            size: arraySize.flatMap { ArraySettings.Size($0) } ?? last?.size,
            sbatch: sbatch.isEmpty ? last?.sbatch ?? [] : sbatch,
            program: try program.map(absolute) ?? last?.program ?? ownPath())
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(TextFile.workingDirectory)/\(path)"
    }

    private func ownPath() throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else {
            throw InputError("cannot tell where this program is", remedy: "name it with --program")
        }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
