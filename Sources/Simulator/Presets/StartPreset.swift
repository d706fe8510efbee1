import EventKernel

/// Cold starts from published figures, by name.
public enum StartPreset: String, Sendable, CaseIterable {
    /// A Docker-class container with a Python function. Create 0.3-0.5 s of which the network namespace takes
    /// 0.075-0.14 s, Python boot 30 ms, import of a popular package 107 ms (stage table of the systems sheet; figures from
    /// memory or estimated there, so a default and never a target).
    case docker
    /// Huawei region R1, day 28 of the 2025 release: quantiles of 239,405 real cold starts by component: pod allocation,
    /// scheduling, code, dependencies (EuroSys'25 data release; the components are drawn independently of each other).
    case huawei
    /// Huawei 2025, all regions: the whole cold start log-normal with mean 3.24 s and deviation 7.10 s (EuroSys'25).
    case huaweiTotal = "huawei-total"
    /// AWS Lambda, Python: the initialisation alone, 83 ms at 512 MB (lambda-perf, 2026-08-22), after a median total of
    /// 215 ms measured from outside for a Python hello (Shilkov, "Cold Starts in AWS Lambda", 2021).
    case lambda
    /// No delay: for closed forms and bounds.
    case none

    /// The path's stages.
    public var path: StartPath {
        let stages: [Stage]
        switch self {
        case .docker:
            stages = [
                Stage(.create, .constant(0.3)), Stage(.network, .constant(0.1)),
                Stage(.boot, .constant(0.03)),
                Stage(.import, .constant(0.107)),
            ]
        case .huawei:
            stages = [
                Stage(.place, StartPreset.quantiles(median: 0.88, p90: 4.48, p99: 13.5)),
                Stage(.create, StartPreset.quantiles(median: 0.017, p90: 1.52, p99: 8.24)),
                Stage(.import, StartPreset.quantiles(median: 0.062, p90: 1.83, p99: 3.85)),
                Stage(.initialize, StartPreset.quantiles(median: 0, p90: 2.79, p99: 32.0)),
            ]
        case .huaweiTotal:
            stages = [Stage(.create, .logNormal(mu: 0.296, sigma: 1.326))]
        case .lambda:
            stages = [Stage(.create, .constant(0.132)), Stage(.initialize, .constant(0.083))]
        case .none:
            stages = []
        }
        return StartPath(name: "cold", stages: stages)
    }

    private static func quantiles(median: Double, p90: Double, p99: Double) -> Distribution {
        .quantiles([
            .init(0, 0), .init(0.5, median), .init(0.9, p90), .init(0.99, p99), .init(1, p99),
        ])
    }
}
