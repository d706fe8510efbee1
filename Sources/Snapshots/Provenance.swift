/// Where the pages of a snapshot come from, as far as it decides what they may be compared with.
public struct Provenance: Hashable, Sendable {
    /// What was read.
    public enum Origin: UInt8, Sendable, CaseIterable {
        /// Nobody knows.
        case unknown = 0
        /// A process that ran.
        case process = 1
        /// An ELF core of a process.
        case core = 2
        /// CRIU's images.
        case criu = 3
        /// The memory of a virtual machine, page by page.
        case memory = 4
        /// A dump of a virtual machine.
        case dump = 5

        /// What it is, in a sentence.
        public var name: String {
            switch self {
            case .unknown: "something unknown"
            case .process: "a live process"
            case .core: "a core file"
            case .criu: "CRIU images"
            case .memory: "a virtual machine's memory file"
            case .dump: "a virtual machine's dump"
            }
        }

        /// Whether it holds a machine's memory, not that of processes.
        public var isOfMachine: Bool { self == .memory || self == .dump }
    }

    /// How the places of pages are named.
    public enum Naming: UInt8, Sendable, CaseIterable {
        /// As Pagefold named those of live processes up to 0.5.0.
        case earlierLive = 1
        /// As Pagefold named those of cores, images and machines up to 0.5.0.
        case earlierFiles = 2
        /// Alike for all origins (`RegionNaming`).
        case common = 3
    }

    /// What was read.
    public var origin: Origin
    /// How the places of its pages are named.
    public var naming: Naming
    /// Whether pages of zeros were left out and counted, as the origin does not tell those that were written
    /// from those that were never touched.
    public var leavesZerosOut: Bool
    /// Whether the origin told which files stand behind memory. Without that, clean pages of files pass for
    /// private ones, and regions have other names.
    public var knowsFiles: Bool
    /// Bytes in a page of the kernel that ran there; larger ones are split into pages of 4,096.
    public var pageSize: Int

    /// Pages of `origin`, read as this version of Pagefold reads them.
    public init(
        _ origin: Origin, naming: Naming = .common, leavesZerosOut: Bool? = nil, knowsFiles: Bool = true,
        pageSize: Int = 4_096
    ) {
        self.origin = origin
        self.naming = naming
        self.leavesZerosOut = leavesZerosOut ?? (origin == .core || origin.isOfMachine)
        self.knowsFiles = knowsFiles
        self.pageSize = pageSize
    }

    /// That of a snapshot from before provenances were stored, whose label `origin` said `value`.
    init(ofLabel value: String?) {
        switch value {
        case "core-file": self.init(.core, naming: .earlierFiles)
        case "criu": self.init(.criu, naming: .earlierFiles)
        case "vm-memory": self.init(.memory, naming: .earlierFiles, leavesZerosOut: false)
        case "guest-dump": self.init(.dump, naming: .earlierFiles, leavesZerosOut: false)
        case "live process": self.init(.process, naming: .earlierLive)
        default: self.init(.unknown, naming: .earlierLive)
        }
    }
}

extension Provenance {
    /// Why snapshots do not compare.
    public enum Difference: Hashable, Sendable {
        /// They must not be compared: in what they differ, and what to do about it.
        case forbids(String, remedy: String)
        /// They may be, with this in mind.
        case warns(String)
    }

    /// In what `other` differs so that the two do not compare, or not quite; nil when they do.
    /// - Parameter places: whether places of pages and of clean pages of files are compared, not only contents.
    public func difference(to other: Provenance, places: Bool) -> Difference? {
        if places {
            if origin.isOfMachine != other.origin.isOfMachine {
                return .forbids(
                    "comes from \(origin.name), the other from \(other.origin.name): the pages of a machine and "
                        + "of a process are named apart",
                    remedy: "compare machines with machines and processes with processes")
            }
            if naming != other.naming {
                return .forbids(
                    "names the places of pages in another way than the other (\(naming.name); "
                        + "\(other.naming.name)), so that no page would be found at its place",
                    remedy: "capture both again with this version")
            }
            if knowsFiles != other.knowsFiles {
                return .forbids(
                    "\(knowsFiles ? "tells" : "does not tell") which files stand behind memory and the other "
                        + "\(other.knowsFiles ? "does" : "does not"), so that clean pages of files count as private "
                        + "in one of them only",
                    remedy: "take both cores with gcore, or both snapshots with --pid")
            }
        }
        if pageSize != other.pageSize {
            return .forbids(
                "comes from a kernel with pages of \(pageSize / 1_024) KiB, the other from one with pages of "
                    + "\(other.pageSize / 1_024) KiB",
                remedy: "capture both on machines of one kind")
        }
        if leavesZerosOut != other.leavesZerosOut {
            return .warns(
                "\(origin.name) and \(other.origin.name): one leaves pages of zeros out and the other counts those "
                    + "that were written to, so that savings differ by their share")
        }
        if origin != other.origin && !origin.isOfMachine {
            return .warns(
                "\(origin.name) and \(other.origin.name): they tell differently which clean pages of files are "
                    + "resident, so that savings of all pages do not compare")
        }
        return nil
    }
}

extension Provenance.Naming {
    /// What it is, in a sentence.
    public var name: String {
        switch self {
        case .earlierLive: "Pagefold 0.5.0's way for live processes"
        case .earlierFiles: "Pagefold 0.5.0's way for files"
        case .common: "the way of all origins since 0.5.1"
        }
    }
}
