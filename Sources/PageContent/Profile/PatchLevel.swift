/// How large a patch is, coarsely: what a class row keeps of it. A few levels predict the saving of any set of base
/// functions as well as many do, in fewer rows.
public enum PatchLevel: UInt8, Sendable, CaseIterable, Comparable {
    /// At most 32 bytes: the same page or nearly.
    case tiny = 0
    /// At most 256 bytes.
    case small = 1
    /// At most 1,024 bytes.
    case middling = 2
    /// At most 2,048 bytes.
    case large = 3
    /// Smaller than the page.
    case huge = 4
    /// A base page was found, but the patch is no smaller than the page.
    case futile = 5
    /// No base page was found.
    case none = 6
    /// The two functions were never measured together.
    case unknown = 7

    /// The level of a patch of `size` bytes; nil stands for no patch smaller than the page.
    public init(size: Int?) {
        switch size {
        case .none: self = .futile
        case .some(...32): self = .tiny
        case .some(...256): self = .small
        case .some(...1024): self = .middling
        case .some(...2048): self = .large
        case .some: self = .huge
        }
    }

    /// How many levels stand for patches.
    public static let patchLevels = 5

    /// The smaller patch first.
    public static func < (a: PatchLevel, b: PatchLevel) -> Bool { a.rawValue < b.rawValue }
}
