extension LogHistogram {
    /// Calls `body` with the value (the middle of its bucket) and the number of each bucket that holds something,
    /// values rising.
    package func forEachBucket(_ body: (_ value: Double, _ count: UInt64) -> Void) {
        for bucket in 0..<LogHistogram.bucketCount where counts[bucket] > 0 {
            body(LogHistogram.middle(of: bucket), counts[bucket])
        }
    }
}
