import EventKernel
import Files

/// Collects calls by function and minute in any order, near the size of the result.
///
/// Each minute's cells wait in a compressed buffer of their own; `finish` sorts those that did not come in
/// order of function, and adds up cells given more than once.
public struct MinuteCountsBuilder: ~Copyable, Sendable {
    fileprivate struct Minute {
        /// Pairs of varints: the zigzag step from the last function, and the count.
        var bytes: [UInt8] = []
        var last: UInt32 = 0
        var cells: UInt32 = 0
        var rising = true

        @inline(__always)
        mutating func append(varint value: UInt64) {
            var rest = value
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest &>>= 7
            }
            bytes.append(UInt8(truncatingIfNeeded: rest))
        }
    }

    private var buffers: ContiguousArray<Minute>
    private var functionCount: Int
    private let growing: Bool

    /// An empty collection over `minutes` minutes.
    /// - Parameter functionCount: how many functions there are; nil when their number grows with the ids
    ///   given.
    public init(functionCount: Int? = nil, minutes: Int) {
        precondition(minutes >= 0, "a negative number of minutes")
        precondition((functionCount ?? 0) <= MinuteCounts.functionLimit, "too many functions")
        buffers = ContiguousArray(repeating: Minute(), count: minutes)
        self.functionCount = functionCount ?? 0
        growing = functionCount == nil
    }

    /// Adds `count` calls of `function` in `minute`; 0 adds nothing. Calls given twice for one function and
    /// minute add up; their sum must stay below 2^32.
    @inline(__always)
    public mutating func add(function: FunctionID, minute: Int, count: UInt32) {
        precondition(minute >= 0 && minute < buffers.count, "minute outside the trace")
        if function.index >= functionCount { grow(to: function) }
        if count == 0 { return }
        buffers[minute].add(function.raw, count)
    }

    /// Adds silent minutes at the end.
    public mutating func append(minutes: Int) {
        precondition(minutes >= 0, "a negative number of minutes")
        buffers.append(contentsOf: repeatElement(Minute(), count: minutes))
    }

    private mutating func grow(to function: FunctionID) {
        precondition(growing, "function outside the workload")
        precondition(function.index < MinuteCounts.functionLimit, "too many functions")
        functionCount = function.index + 1
    }

    /// The counts collected. Buffers are given back minute by minute, so the peak is about twice the result.
    public consuming func finish() -> MinuteCounts {
        let minutes = buffers.count
        var output = GrowingBytes(capacity: (minutes + 1) * 8 + buffers.reduce(0) { $0 + $1.bytes.count })
        for _ in 0...minutes { output.append(word: 0) }
        let table = output.count
        var cellCount = 0
        var totalCalls: UInt64 = 0
        for minute in 0..<minutes {
            let buffer = buffers[minute]
            buffers[minute] = Minute()
            var cells = buffer.decoded()
            if !buffer.rising { MinuteCountsBuilder.merge(&cells) }
            var previous = UInt32.max
            for cell in cells {
                output.append(varint: cell.function.raw &- previous)
                output.append(varint: cell.count)
                previous = cell.function.raw
                totalCalls += UInt64(cell.count)
            }
            cellCount += cells.count
            output.store(word: UInt64(output.count - table), at: (minute + 1) * 8)
        }
        return MinuteCounts(
            region: ByteRegion(output.finish()), minutes: minutes, functionCount: functionCount,
            cellCount: cellCount, totalCalls: totalCalls)
    }

    /// Sorts by function and adds up equal ones.
    private static func merge(_ cells: inout ContiguousArray<MinuteCounts.Cell>) {
        cells.sort { $0.function < $1.function }
        var kept = 0
        for index in 1..<cells.count {
            if cells[index].function == cells[kept].function {
                cells[kept].count += cells[index].count
            } else {
                kept += 1
                cells[kept] = cells[index]
            }
        }
        cells.removeLast(cells.count - kept - 1)
    }
}

extension MinuteCountsBuilder.Minute {
    @inline(__always)
    fileprivate mutating func add(_ function: UInt32, _ count: UInt32) {
        let step = Int64(function) &- Int64(last)
        if step <= 0 && cells > 0 { rising = false }
        append(varint: UInt64(bitPattern: (step &<< 1) ^ (step &>> 63)))
        append(varint: UInt64(count))
        last = function
        cells += 1
    }

    fileprivate func decoded() -> ContiguousArray<MinuteCounts.Cell> {
        var result = ContiguousArray<MinuteCounts.Cell>()
        result.reserveCapacity(Int(cells))
        var position = 0
        var function: Int64 = 0
        for _ in 0..<cells {
            let zigzag = varint(&position)
            function += Int64(bitPattern: zigzag &>> 1) ^ -Int64(bitPattern: zigzag & 1)
            let count = UInt32(truncatingIfNeeded: varint(&position))
            result.append(
                MinuteCounts.Cell(function: FunctionID(UInt32(truncatingIfNeeded: function)), count: count))
        }
        return result
    }

    private func varint(_ position: inout Int) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }
}
