/// Where a workload comes from.
public struct Provenance: Hashable, Sendable {
    /// One line for people, such as "Azure Functions 2019, day 7, joint_100".
    public var title: String
    /// The files read, with the digest of each.
    public var inputs: [Input]
    /// Mended or suspicious things found on the way, each with how often; empty for a clean trace.
    public var warnings: [Warning]

    /// One file that was read.
    public struct Input: Hashable, Sendable {
        /// The path as given.
        public var path: String
        /// XXH3 of its bytes (`ContentHash`), 16 hexadecimal digits: what `xxhsum -H3` prints.
        public var digest: String

        /// One file that was read.
        public init(path: String, digest: String) {
            self.path = path
            self.digest = digest
        }
    }

    /// Something that was mended or left out, and how often.
    public struct Warning: Hashable, Sendable {
        /// What was done, in words.
        public var message: String
        /// How many rows, functions or calls it concerned.
        public var count: Int

        /// Something that was mended or left out, and how often.
        public init(_ message: String, count: Int) {
            self.message = message
            self.count = count
        }
    }

    /// Where a workload comes from.
    public init(title: String, inputs: [Input] = [], warnings: [Warning] = []) {
        self.title = title
        self.inputs = inputs
        self.warnings = warnings
    }
}
