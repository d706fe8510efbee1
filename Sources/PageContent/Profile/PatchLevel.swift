/// How large a patch is, coarsely: what a class row keeps of it. Five levels predict the saving of any set of base
/// functions as well as nine do, in half the rows.
public enum PatchLevel: UInt8, Sendable, CaseIterable, Comparable {
    /// At most 32 bytes: the same page or nearly.
    case tiny = 0
    /// At most 256 bytes.
    case small = 1
    /// At most 1,024 bytes.
    case middling = 2
    /// Smaller than the page.
    case large = 3
    /// No base page was found, or no patch is smaller than the page.
    case none = 4
    /// The two functions were never measured together.
    case unknown = 5

    /// The level of a patch of `size` bytes; nil stands for no patch.
    public init(size: Int?) {
        switch size {
        case .none: self = .none
        case .some(...32): self = .tiny
        case .some(...256): self = .small
        case .some(...1024): self = .middling
        case .some: self = .large
        }
    }

    /// How many levels stand for patches.
    public static let patchLevels = 4

    /// The smaller patch first.
    public static func < (a: PatchLevel, b: PatchLevel) -> Bool { a.rawValue < b.rawValue }
}
