/// What Medes' figures plot (EuroSys'22), as read off their vector graphics: bar counts are exact.
enum PaperSeries {
    /// Cold starts of the ten functions under fixed keep-alive, adaptive keep-alive and Medes.
    struct ByFunction: Sendable {
        var fixed: [Double]
        var adaptive: [Double]
        var medes: [Double]

        /// By policy, in the order of the figures.
        var policies: [(name: String, cold: [Double])] {
            [("fixed", fixed), ("adaptive", adaptive), ("medes", medes)]
        }
    }

    /// Figures 7b and 10b.
    static let coldStarts: [(pool: MemoryPool, counts: ByFunction)] = [
        (
            .gigabytes40,
            ByFunction(
                fixed: [78, 120, 241, 264, 183, 49, 89, 213, 95, 352],
                adaptive: [145, 120, 391, 266, 334, 94, 155, 216, 314, 803],
                medes: [52, 130, 217, 158, 178, 49, 73, 134, 80, 239])
        ),
        (
            .gigabytes30,
            ByFunction(
                fixed: [92, 110, 233, 306, 215, 145, 108, 208, 260, 460],
                adaptive: [143, 119, 382, 265, 336, 92, 154, 217, 309, 803],
                medes: [50, 113, 234, 164, 181, 48, 79, 153, 79, 242])
        ),
        (
            .gigabytes20,
            ByFunction(
                fixed: [141, 230, 245, 477, 269, 192, 188, 227, 288, 445],
                adaptive: [235, 88, 365, 291, 387, 116, 197, 356, 491, 858],
                medes: [44, 134, 182, 188, 152, 79, 90, 110, 442, 182])
        ),
    ]

    /// Figure 9b: P1 with alpha 2.5.
    static let underLatencyTarget = ByFunction(
        fixed: [61, 107, 123, 213, 78, 131, 69, 157, 89, 287],
        adaptive: [134, 182, 190, 382, 162, 219, 171, 342, 584, 815],
        medes: [68, 116, 119, 160, 70, 84, 69, 103, 353, 308])

    /// Figure 9a: GB of the cluster at 10, 25, 50, 75, 90 %.
    static let memoryQuantiles: [(policy: String, values: [Double])] = [
        ("fixed", [7.32, 16.76, 30.9, 36.1, 36.46]), ("adaptive", [6.37, 9.96, 14.45, 18.72, 35.37]),
        ("medes", [8.66, 16.4, 21.58, 27.58, 33.98]),
    ]

    /// Figure 7a: the greatest ratio of end-to-end times for each function, against fixed and adaptive.
    static let greatestRatios: [(policy: String, values: [Double])] = [
        ("fixed", [2.25, 1.00, 1.35, 1.28, 1.28, 1.00, 1.60, 1.67, 1.29, 1.24]),
        ("adaptive", [2.73, 1.00, 1.56, 1.27, 1.95, 2.34, 2.11, 1.67, 1.45, 1.39]),
    ]
}
