import EventKernel
import Workload

/// A load to measure with: one Poisson stream over functions whose popularity follows Zipf's law (exponent 1), with
/// log-normal executions (sigma 1) and 128 to 1,024 MiB for each function.
struct Load {
    var functions: Int
    var calls: Double
    var hours: Double
    /// In seconds.
    var meanExecution: Double
    /// What the number of calls is multiplied by for a smaller run of the same name.
    var scale = 1.0

    /// Functions, calls, span and mean execution.
    var name: String {
        let exponent = String(Int(calls)).count - 1
        return "f=\(functions)/n=1e\(exponent)/\(decimal(hours))h/mean=\(decimal(meanExecution))s"
    }

    /// The workload; the generator runs as part of each measured run.
    var workload: Workload {
        var applications: [Application] = []
        var table: [Function] = []
        var stream = RandomStream(seed: 1, purpose: .memory)
        for index in 0..<functions {
            let memory = Bytes.mebibytes(128 + stream.below(897))
            applications.append(Application(name: "a\(index)", memory: memory))
            // The median of a log-normal law with sigma 1 is its mean over exp(1/2).
            let time = ExecutionTime.shaped(shape: 0, scale: meanExecution / 1.648_721_270_700_128_2)
            let application = ApplicationID(UInt32(index))
            table.append(
                Function(name: "f\(index)", application: application, memory: memory, executionTime: time))
        }
        let seconds = hours * 3_600
        let poisson = PoissonCalls(
            rate: calls * scale / seconds, weights: PoissonCalls.zipf(count: functions, exponent: 1))
        return Workload(
            applications: applications, functions: table, shapes: [.logNormal(mu: 0, sigma: 1)],
            calls: .poisson(poisson), horizon: .seconds(UInt64(seconds)), provenance: Provenance(title: name))
    }
}
