import EventKernel
import Files
import PageContent
import Simulator

extension Kind where Value == ImageStorage {
    /// What an idle state puts away: `whole`, `elsewhere`, `merged`, `{compressed: lz4}`, `{reference:
    /// while-referenced}`, `{patched: {bases: anyone, compression: lz4, exact-only: false}}`. `reference` and
    /// `patched` alone take what is shown.
    static var imageStorage: Kind {
        let plain: [(String, ImageStorage)] = [
            ("whole", .whole), ("elsewhere", .elsewhere), ("merged", .merged),
            ("reference", .reference(.whileReferenced)), ("patched", .patched(PatchStorage())),
        ]
        let expected = "what is put away: one of \((plain.map(\.0) + ["compressed"]).joined(separator: ", "))"
        let word = Kind.word(plain)
        return Kind(expected) { node, base, faults in
            if node.scalar == "compressed" {
                faults.add(node, "'compressed' does not say how", remedy: "write {compressed: lz4}")
                return base
            }
            if node.scalar != nil { return word.read(node, base, faults) }
            guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
                faults.expected(expected, node, remedy: "write whole, or {compressed: lz4}")
                return base
            }
            switch entry.key {
            case "reference": return .reference(protection.read(entry.value, .whileReferenced, faults))
            case "patched": return .patched(patched.read(entry.value, over: PatchStorage(), faults))
            case "compressed": return .compressed(Kind<_>.compression.read(entry.value, .lz4, faults))
            default:
                faults.add(
                    entry.origin, "there is no way '\(entry.key.prefix(60))' to put pages away",
                    remedy: Suggestion.remedy(for: entry.key, among: plain.map(\.0) + ["compressed"]))
                return base
            }
        } write: { image in
            switch image {
            case .reference(let value): .mapping([("reference", protection.write(value))])
            case .patched(let storage): .mapping([("patched", patched.write(storage))])
            case .compressed(let method): .mapping([("compressed", Kind<_>.compression.write(method))])
            case .whole, .elsewhere, .merged: word.write(image)
            }
        }
    }

    private static var protection: Kind<BaseProtection> {
        .word(BaseProtection.allCases.map { ($0.rawValue, $0) })
    }

    private static var patched: Record<PatchStorage> {
        Record(
            "patched",
            [
                Field("bases", \.bases, .word(BaseScope.allCases.map { ($0.rawValue, $0) })),
                Field("compression", \.compression, .compressionOrNone),
                Field("exact-only", \.isExactOnly, .flag),
            ])
    }
}

extension Kind where Value == CompressionMethod {
    /// How single pages are compressed.
    static var compression: Kind { .word(CompressionMethod.allCases.map { ($0.rawValue, $0) }) }
}

extension Kind where Value == CompressionMethod? {
    /// How single pages are compressed; `none` leaves them as they are.
    static var compressionOrNone: Kind {
        .word([("none", nil)] + CompressionMethod.allCases.map { ($0.rawValue, $0) })
    }
}

/// Idle states by name, so that experiment files need not spell them.
struct IdleStatePresets: Sendable {
    /// Their names.
    var names: [String]
    /// The state of one of the names.
    var state: @Sendable (String) -> IdleState?

    /// Those that Pagefold brings along.
    static let standard = IdleStatePresets(names: StatePreset.allCases.map(\.name)) { name in
        StatePreset(rawValue: name)?.state()
    }
}
