import HardwareCosts

extension PartResult {
    /// Adds a time that every operation takes, and its row.
    mutating func add(
        _ primitive: CostPrimitive, constant measurement: Measurement, method: String,
        remark: String = "", _ context: CalibrationContext
    ) {
        add(primitive, .constant(Rounding.digits(measurement.value)), measurement, method, remark, context)
    }

    /// Adds a time that every item takes, and its row.
    mutating func add(
        _ primitive: CostPrimitive, each measurement: Measurement, method: String, remark: String = "",
        _ context: CalibrationContext
    ) {
        let model = CostModel.perItem(fixed: 0, each: Rounding.digits(measurement.value))
        add(primitive, model, measurement, method, remark, context)
    }

    private mutating func add(
        _ primitive: CostPrimitive, _ model: CostModel, _ measurement: Measurement, _ method: String,
        _ remark: String, _ context: CalibrationContext
    ) {
        rows.append(Row(measurement.name, measurement, remark: remark))
        guard measurement.value > 0 else {
            absent[primitive] = "too short for the clock"
            return
        }
        costs[primitive] = Cost(model, origin: context.origin(method), evidence: measurement.evidence)
    }

    /// Says for all of `primitives` why they were not measured.
    mutating func miss(_ primitives: [CostPrimitive], _ reason: String) {
        for primitive in primitives where costs[primitive] == nil { absent[primitive] = reason }
    }
}

/// Numbers without digits that mean nothing.
enum Rounding {
    /// `value` to so many significant digits.
    static func digits(_ value: Double, _ count: Int = 5) -> Double {
        if value < 0 { return -digits(-value, count) }
        // Beyond, powers of ten are no longer numbers.
        guard value > 1e-200, value < 1e200 else { return value }
        var low = 1.0
        for _ in 1..<max(count, 1) { low *= 10 }
        // Powers of ten above one are exact, those below are not: large values are divided, small ones multiplied.
        var divisor = 1.0
        while value / divisor >= low * 10 { divisor *= 10 }
        if divisor > 1 { return (value / divisor).rounded() * divisor }
        var scale = 1.0
        while value * scale < low { scale *= 10 }
        return (value * scale).rounded() / scale
    }
}
