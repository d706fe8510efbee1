import Verbs

/// What was measured of RDMA, before anything is made of it.
struct RDMASamples: Hashable {
    /// Single operations, one at a time.
    var latencies: [Latency] = []
    /// Operations a second and bytes a second, by how many are under way.
    var rates: [Rate] = []
    /// Registering memory, and taking it back.
    var registrations: [Registration] = []
    /// Page lists.
    var pages: [PageReading] = []
    /// Where the page lists are from.
    var pageSource = ""
    /// Connections, by how they are made.
    var scaling: [Scaling] = []
    /// A connection made for one read, that read included.
    var onDemand: Measurement?
    /// Reads that the device has under way on a connection.
    var outstandingReads = 1
    /// Whether both ends are on this host, so that memory shows both.
    var isLoopback = true
    /// What could not be measured, and why.
    var notes: [String] = []

    struct Latency: Hashable {
        /// `READ`, `WRITE`, `WRITE inline`, `compare-and-swap`; huge pages are a kind of their own.
        var kind: String
        var size: Int
        var time: Measurement
    }

    struct Rate: Hashable {
        /// The line of the plot, such as `4 KiB, singly`.
        var line: String
        var size: Int
        var depth: Int
        /// Of one operation.
        var time: Measurement
        /// Whether it is one of a line over depths; else a row of its own.
        var isOfLine = true

        var bytesPerSecond: Double { Double(size) / max(time.value, 1e-3) * 1e9 }
        var perSecond: Double { 1e9 / max(time.value, 1e-3) }
    }

    struct Registration: Hashable {
        var bytes: Int
        var isHuge = false
        var register: Measurement
        var deregister: Measurement
    }

    struct PageReading: Hashable {
        var isMerged: Bool
        var pages: Int
        /// Reads that the pages were fetched by.
        var reads: Int
        /// Of the whole list.
        var time: Measurement
    }

    /// Connections of one kind.
    struct Scaling: Hashable {
        var sharesReceives: Bool
        var points: [Point]

        struct Point: Hashable {
            var connections: Int
            /// How many were added to those of the point before.
            var added: Int
            /// Adding them.
            var setUp: Measurement
            /// Bytes that this host has less than before the first connection, by round.
            var memory: [Double]
            /// One read alone.
            var latency: Measurement
            /// One of several under way.
            var read: Measurement
        }
    }
}
