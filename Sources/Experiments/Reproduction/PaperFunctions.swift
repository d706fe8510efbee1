import EventKernel
import Workload

/// One of the ten functions of Medes' evaluation (EuroSys'22): its tables 2 and 3, figure 8, and the keep-alives of
/// the released code's adaptive baseline (utnslab/Medes 2e28dec).
package struct PaperFunction: Sendable {
    /// Its name.
    package var name: String
    /// How long it executes, in ms (table 2).
    var executionMs: UInt64
    /// Memory of a warm sandbox in MB (table 2), taken as MiB.
    var memoryMB: Double
    /// Memory that deduplicating saves, in MB (table 3).
    var savedMB: Double
    /// Cold start in ms (figure 8).
    var coldMs: Double
    /// Start from a deduplicated sandbox in ms (figure 8).
    var dedupMs: Double
    /// Keep-alive of the adaptive baseline in s: its first column, which the code uses for 1.8 s only (it compares
    /// milliseconds with 1800), and the second.
    var adaptiveSeconds: (first: UInt64, second: UInt64)

    /// Memory of a warm sandbox.
    var memory: Bytes { Bytes(mebibytes: memoryMB) ?? .zero }

    /// The function as a draw of calls needs it.
    var role: HourDraw.Role {
        HourDraw.Role(name: name, executionTime: .milliseconds(executionMs), memory: memory)
    }
}

extension PaperFunction {
    /// All ten, in the paper's order.
    package static let all: [PaperFunction] = [
        make("Vanilla", 150, 17, 4.6, 679.3, 115.6, (102, 294)),
        make("LinAlg", 250, 32, 10.5, 834.1, 157.1, (324, 522)),
        make("ImagePro", 1_200, 26.4, 11.36, 820.0, 173.0, (60, 230)),
        make("VideoPro", 2_000, 48, 12.22, 739.4, 139.3, (230, 288)),
        make("MapReduce", 500, 32, 5.10, 670.6, 108.1, (198, 132)),
        make("HTMLServe", 400, 22.3, 9.88, 793.2, 152.7, (199, 300)),
        make("AuthEnc", 400, 22.3, 4.79, 730.4, 127.0, (462, 432)),
        make("FeatureGen", 1_000, 66, 25.67, 931.0, 288.1, (348, 132)),
        make("RNNModel", 1_000, 90, 52.23, 1_574.5, 489.6, (30, 60)),
        make("ModelTrain", 3_000, 87.5, 26.33, 1_233.6, 294.4, (294, 84)),
    ]

    /// The three that sections 7.5 to 7.8 run alone.
    package static let representative = all.filter {
        ["LinAlg", "FeatureGen", "ModelTrain"].contains($0.name)
    }

    private static func make(
        _ name: String, _ executionMs: UInt64, _ memoryMB: Double, _ savedMB: Double, _ coldMs: Double,
        _ dedupMs: Double, _ adaptive: (UInt64, UInt64)
    ) -> PaperFunction {
        PaperFunction(
            name: name, executionMs: executionMs, memoryMB: memoryMB, savedMB: savedMB, coldMs: coldMs,
            dedupMs: dedupMs, adaptiveSeconds: (adaptive.0, adaptive.1))
    }
}
