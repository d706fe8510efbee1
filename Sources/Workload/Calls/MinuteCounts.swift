import EventKernel

/// How often each function is called in each minute, sparse and ordered by minute: what the Azure Functions
/// 2019 release gives.
///
/// Laid out as a table of `minutes + 1` byte offsets (8 bytes each) and then the cells of each minute, sorted
/// by function; a cell is two varints: how far its function is from the one before (the first counts from
/// -1), and its calls. A full Azure day takes two to three bytes a cell. Values are only made by
/// `MinuteCountsBuilder` or by opening a trace file, which checks every byte.
public struct MinuteCounts: Sendable {
    /// Function ids lie below this bound, which the packed sort keys of arrivals rely on.
    public static var functionLimit: Int { 1 << 28 }

    /// Calls of one function in one minute.
    @frozen
    public struct Cell: Hashable, Sendable, BitwiseCopyable {
        /// The function.
        public var function: FunctionID
        /// Its calls in the minute; never 0.
        public var count: UInt32

        /// Calls of one function in one minute.
        @inlinable
        public init(function: FunctionID, count: UInt32) {
            self.function = function
            self.count = count
        }
    }

    @usableFromInline let region: ByteRegion
    /// How many minutes there are, silent ones included.
    public let minutes: Int
    /// Every function id is below this.
    public let functionCount: Int
    /// How many cells are not zero.
    public let cellCount: Int
    /// All calls of all functions.
    public let totalCalls: UInt64

    /// Counts that lie in `region`, whose table and cells were checked.
    init(region: ByteRegion, minutes: Int, functionCount: Int, cellCount: Int, totalCalls: UInt64) {
        self.region = region
        self.minutes = minutes
        self.functionCount = functionCount
        self.cellCount = cellCount
        self.totalCalls = totalCalls
    }

    /// The cells of `minute` that are not zero, by rising function id.
    @inlinable
    public func cells(inMinute minute: Int) -> Cells {
        precondition(minute >= 0 && minute < minutes, "minute outside the trace")
        let table = (minutes &+ 1) &* 8
        let size = region.bytes.count &- table
        // Offsets were checked when the file was opened; clamping keeps even a file damaged since then in
        // bounds.
        let start = Swift.min(Int(truncatingIfNeeded: region.word(minute) & 0x7FFF_FFFF_FFFF_FFFF), size)
        let end = Swift.min(Int(truncatingIfNeeded: region.word(minute &+ 1) & 0x7FFF_FFFF_FFFF_FFFF), size)
        return Cells(region: region, start: table &+ start, end: table &+ Swift.max(start, end))
    }

    /// All calls in `minute`.
    public func calls(inMinute minute: Int) -> UInt64 {
        var sum: UInt64 = 0
        for cell in cells(inMinute: minute) { sum += UInt64(cell.count) }
        return sum
    }

    /// All calls of each function, by id.
    public func callsByFunction() -> [UInt64] {
        var sums = [UInt64](repeating: 0, count: functionCount)
        for minute in 0..<minutes {
            for cell in cells(inMinute: minute) { sums[cell.function.index] += UInt64(cell.count) }
        }
        return sums
    }

    /// The cells of one minute, to be walked over; no memory is taken on the way.
    @frozen
    public struct Cells: Sequence, IteratorProtocol {
        @usableFromInline let region: ByteRegion
        @usableFromInline var position: Int
        @usableFromInline let end: Int
        @usableFromInline var function: UInt32
        /// Whether a cell could not be read.
        @usableFromInline var stopped = false

        @inlinable
        init(region: ByteRegion, start: Int, end: Int) {
            self.region = region
            position = start
            self.end = end
            function = .max
        }

        /// The next cell; nil at the end, and at damage.
        @inlinable @inline(__always)
        public mutating func next() -> Cell? {
            if position >= end { return nil }
            guard let step = varint(), let count = varint() else {
                stopped = true
                return nil
            }
            function &+= step
            return Cell(function: FunctionID(function), count: count)
        }

        @inlinable @inline(__always)
        mutating func varint() -> UInt32? {
            if position >= end { return nil }
            let base = region.bytes.baseAddress.unsafelyUnwrapped
            let byte = base.load(fromByteOffset: position, as: UInt8.self)
            position &+= 1
            return byte < 0x80 ? UInt32(byte) : longVarint(UInt32(byte & 0x7F))
        }

        @inlinable
        mutating func longVarint(_ low: UInt32) -> UInt32? {
            var value = low
            var shift: UInt32 = 7
            while position < end {
                let byte = region.bytes[position]
                position &+= 1
                // The fifth byte holds the top four bits and ends the number.
                if shift == 28, byte > 0x0F { return nil }
                value |= UInt32(byte & 0x7F) &<< shift
                if byte < 0x80 { return value }
                shift &+= 7
            }
            return nil
        }
    }
}

extension MinuteCounts: Equatable {
    /// Whether both count the same calls over the same minutes.
    public static func == (a: MinuteCounts, b: MinuteCounts) -> Bool {
        guard a.minutes == b.minutes, a.totalCalls == b.totalCalls, a.functionCount == b.functionCount else {
            return false
        }
        return a.region.bytes.elementsEqual(b.region.bytes)
    }
}
