import CCalibration

/// Keeps the optimiser from leaving out work whose result nobody needs.
public enum Guard {
    /// `value` must be made.
    @inline(__always)
    public static func keep(_ value: UInt64) { ccalibration_keep_value(value) }

    /// `value` must be made.
    @inline(__always)
    public static func keep(_ value: Int) { ccalibration_keep_value(UInt64(bitPattern: Int64(value))) }

    /// What `address` points to must be written, and may have changed afterwards.
    @inline(__always)
    public static func keep(_ address: UnsafeRawPointer?) { ccalibration_keep(address) }
}
