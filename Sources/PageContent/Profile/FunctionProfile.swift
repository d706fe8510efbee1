import EventKernel

/// What one function's sandboxes hold, without any content: means over its instances.
public struct FunctionProfile: Sendable, Hashable {
    /// A mean over instances with its sample standard deviation.
    public struct Spread: Sendable, Hashable {
        /// The mean.
        public var mean: Double
        /// The sample standard deviation; 0 with one instance.
        public var deviation: Double

        /// A mean and a standard deviation.
        public init(mean: Double, deviation: Double) {
            self.mean = mean
            self.deviation = deviation
        }

        init(_ values: some Sequence<Double>) {
            var moments = RunningMoments()
            for value in values { moments.add(value) }
            mean = moments.mean
            deviation = moments.variance.squareRoot()
        }
    }

    /// Pages that take a compressor to the same multiple of 512 bytes.
    public struct CompressedBin: Sendable, Hashable {
        /// How many, a sandbox.
        public var count: Double
        /// Their mean compressed size in bytes; 0 without any.
        public var mean: Double

        /// `count` pages of a `mean` compressed size.
        public init(count: Double, mean: Double) {
            self.count = count
            self.mean = mean
        }
    }

    /// Its name.
    public var name: String
    /// How many instances were captured.
    public var instances: Int
    /// What all its snapshots agree on beyond what all of the profile's do.
    public var labels: [ProfileLabel]
    /// Times that its snapshots' labels give in milliseconds (names that end in `-ms`).
    public var times: [ProfileTime]
    /// Pages that a checkpoint would hold.
    public var pages: Spread
    /// These by kind, in the order of `PageKind.allCases`.
    public var kinds: [Spread]
    /// Pages of zeros among them.
    public var zeroPages: Spread
    /// Pages that the kernel maps to its one page of zeros, which a checkpoint leaves out.
    public var zeroMappings: Spread
    /// Pages that are parts of huge pages.
    public var hugePages: Spread
    /// Clean pages of files, which the page cache shares.
    public var filePages: Spread
    /// For each of the profile's functions, the share of this one's clean pages of files that are resident in that
    /// one's base instance too; nil where they were never measured together.
    public var fileOverlap: [Double?]
    /// Pages by compressed size in steps of 512 bytes, under LZ4; pages of zeros left out.
    public var lz4: [CompressedBin]
    /// The same under zstd at level 1.
    public var zstd: [CompressedBin]
}

/// One fact that a profile states about its snapshots.
public struct ProfileLabel: Sendable, Hashable {
    /// What it is about.
    public var name: String
    /// What is so.
    public var value: String

    /// The fact that `name` is `value`.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A time that snapshots gave, over the instances of a function.
public struct ProfileTime: Sendable, Hashable {
    /// What was timed: the label's name without `-ms`.
    public var name: String
    /// Milliseconds.
    public var milliseconds: FunctionProfile.Spread
}
