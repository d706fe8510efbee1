/// What the released code of Medes is configured with for its ten functions.
enum MedesTables {
    /// The part of its memory that deduplication saves, by function name (agent.ini). Much more than the paper measured
    /// (its table 3: 0.16 to 0.58).
    static func benefit(of function: String) -> Double? {
        switch function {
        case "Vanilla": 0.90
        case "LinAlg": 0.51
        case "ImagePro": 0.62
        case "VideoPro": 0.71
        case "MapReduce": 0.62
        case "HTMLServe": 0.67
        case "AuthEnc": 0.67
        case "FeatureGen": 0.54
        case "RNN", "RNNModel": 0.54
        case "ModelTrain": 0.42
        default: nil
        }
    }

    /// Keep-alive times in seconds, for the first and the second half hour, by function name (`adaptive=1`).
    static func keepAlive(of function: String) -> (first: UInt64, second: UInt64)? {
        switch function {
        case "Vanilla": (102, 294)
        case "LinAlg": (324, 522)
        case "ImagePro": (60, 230)
        case "VideoPro": (230, 288)
        case "MapReduce": (198, 132)
        case "HTMLServe": (199, 300)
        case "AuthEnc": (462, 432)
        case "FeatureGen": (348, 132)
        case "RNN", "RNNModel": (30, 60)
        case "ModelTrain": (294, 84)
        default: nil
        }
    }
}

extension PolicyContext {
    /// The name of each unit: of the function that it hosts, or of the application.
    var unitNames: [String] {
        switch scenario.sandbox.unit {
        case .application: workload.applications.map(\.name)
        case .function: workload.functions.map(\.name)
        }
    }

    /// The mean execution time of each unit's functions in seconds, each function counting alike; 0 where it is not
    /// known.
    var unitExecutions: [Double] {
        var sums = [Double](repeating: 0, count: units.count)
        var counts = sums
        for (function, mean) in workload.meanExecutions().enumerated() {
            guard let mean else { continue }
            sums[unitOfFunction[function].index] += mean
            counts[unitOfFunction[function].index] += 1
        }
        return zip(sums, counts).map { $1 == 0 ? 0 : $0 / $1 }
    }
}
