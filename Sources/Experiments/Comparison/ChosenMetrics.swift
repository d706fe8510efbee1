import Files
import Workload

extension ResultStore {
    /// The metrics that the experiment asks for; the standard ones where it names none.
    /// - Throws: `InputError` or `InputErrors` when the store holds an experiment that this version cannot read.
    public func chosenMetrics() throws -> MetricSelection {
        let names = try metricChoices().map(\.name)
        return names.isEmpty ? .standard : try MetricSelection(names)
    }

    /// The tolerances that the experiment gives to its metrics.
    /// - Throws: as `chosenMetrics()`, and for a tolerance that is none.
    public func chosenTolerances() throws -> [ToleranceOption] {
        try metricChoices().compactMap { choice in
            try choice.tolerance.map { try ToleranceOption("\(choice.name)=\($0)") }
        }
    }

    private func metricChoices() throws -> [MetricChoice] { try experiment.metrics }

    /// The experiment whose sweep this is.
    var experiment: Experiment {
        get throws {
            try Experiment(
                Experiment.Input(text: definition, file: path, directory: "/", workingDirectory: "/"))
        }
    }
}

extension SweepResults {
    /// Compares the policies with another one.
    /// - Throws: `InputError` for a policy that the results do not have.
    public mutating func setReference(to policy: String) throws {
        guard let index = policies.firstIndex(of: policy) else {
            throw InputError(
                "there is no policy '\(policy.prefix(60))' in the store",
                remedy: Suggestion.remedy(for: policy, among: policies))
        }
        reference = index
    }
}
