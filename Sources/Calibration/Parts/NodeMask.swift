import CNuma
import Glibc

/// A set of NUMA nodes as the kernel takes it: libnuma's bit mask, wide enough for any node that the kernel may have.
struct NodeMask: ~Copyable {
    private let mask: UnsafeMutablePointer<bitmask>

    /// The mask of `nodes`; nil when one is negative or greater than any kernel's, or memory is short.
    init?(_ nodes: [Int]) {
        guard nodes.allSatisfy((0..<NodeMask.most).contains) else { return nil }
        let room = max(Int(numa_num_possible_nodes()), (nodes.max() ?? 0) + 1)
        guard let mask = numa_bitmask_alloc(UInt32(room)) else { return nil }
        for node in nodes { numa_bitmask_setbit(mask, UInt32(node)) }
        self.mask = mask
    }

    deinit { numa_bitmask_free(mask) }

    /// The nodes in the mask, rising.
    var nodes: [Int] { NodeMask.members(of: mask) }

    /// More nodes than a mask of the largest size that `mbind` takes, one page, can name.
    private static let most = 4096 * 8

    /// What a mask of libnuma holds, rising.
    static func members(of mask: UnsafeMutablePointer<bitmask>) -> [Int] {
        (0..<Int(mask.pointee.size)).filter { numa_bitmask_isbitset(mask, UInt32($0)) != 0 }
    }

    /// Takes the pages of `mapping`, none of which has been touched, from these nodes by `policy`.
    ///
    /// - Returns: whether the kernel agreed.
    func place(_ mapping: Mapping, policy: PlacementPolicy) -> Bool {
        // The kernel reads one bit less than it is told of.
        mbind(
            mapping.base, UInt(mapping.size), policy.rawValue, mask.pointee.maskp, mask.pointee.size + 1, 0)
            == 0
    }
}

/// How pages are taken from several nodes, by the kernel's numbers.
struct PlacementPolicy: RawRepresentable, Equatable, Sendable {
    let rawValue: Int32

    /// From these nodes only.
    static let bind = PlacementPolicy(rawValue: MPOL_BIND)
    /// In turn, by weights that are set for the whole machine; Linux 6.9, and later than many a <numaif.h>.
    static let weightedInterleave = PlacementPolicy(rawValue: 6)
}
