/// The pages of one sandbox at one moment: what a checkpoint would hold, with contents, and, kept apart, what the
/// page cache already shares.
public struct PageSet: Sendable {
    /// Which function's, which instance's.
    public var label: InstanceLabel
    /// The contents of the pages that a checkpoint would hold.
    public let memory: PageMemory
    /// What each of these pages is to the kernel.
    public let kinds: [PageKind]
    /// Where each of these pages lies, in terms that hold for another instance too.
    public let places: [PagePlace]
    /// How many of these pages are parts of huge pages.
    public let hugePages: Int
    /// Clean pages of files that are resident in this sandbox, in ascending order, each once.
    public let filePages: [FilePage]
    /// Pages that the process only ever read and that the kernel therefore maps to its one page of zeros. A
    /// checkpoint leaves them out.
    public let zeroMappings: Int

    /// The pages of one sandbox; `kinds` and `places` have one element a page of `memory`.
    public init(
        label: InstanceLabel, memory: PageMemory, kinds: [PageKind], places: [PagePlace], hugePages: Int = 0,
        filePages: [FilePage] = [], zeroMappings: Int = 0
    ) {
        precondition(kinds.count == memory.count && places.count == memory.count, "not one element a page")
        self.label = label
        self.memory = memory
        self.kinds = kinds
        self.places = places
        self.hugePages = hugePages
        self.filePages = filePages
        self.zeroMappings = zeroMappings
    }

    /// How many pages a checkpoint would hold.
    public var count: Int { memory.count }
}

/// Whose pages they are.
public struct InstanceLabel: Sendable, Hashable {
    /// The function's name.
    public var function: String
    /// Which of the function's instances, from 0.
    public var instance: Int

    /// Instance number `instance` of `function`.
    public init(function: String, instance: Int) {
        self.function = function
        self.instance = instance
    }
}

/// Where a page lies in a sandbox, in terms that hold for another instance of the same function too: the
/// identity of its memory region and the offset in it. Two instances' pages of the same place often have
/// similar content (the location hint of policies).
public struct PagePlace: Sendable, Hashable, BitwiseCopyable {
    /// A digest of what names the region (a file, the heap, the ordinal of a mapping), never of an address.
    public var region: UInt64
    /// The page's number in its region.
    public var offset: UInt32

    /// Page `offset` of `region`.
    public init(region: UInt64, offset: UInt32) {
        self.region = region
        self.offset = offset
    }
}

/// A clean page of a file, known by its place in the file.
public struct FilePage: Sendable, Hashable, Comparable, BitwiseCopyable {
    /// A digest of what names the file.
    public var file: UInt64
    /// The page's number in the file.
    public var offset: UInt64

    /// Page `offset` of `file`.
    public init(file: UInt64, offset: UInt64) {
        self.file = file
        self.offset = offset
    }

    /// By file, then offset.
    public static func < (a: FilePage, b: FilePage) -> Bool {
        a.file != b.file ? a.file < b.file : a.offset < b.offset
    }
}
