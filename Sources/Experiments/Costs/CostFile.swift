import Files
import HardwareCosts

extension CostSet {
    /// The version of the format that is written; others are refused.
    public static let format = 1

    /// Reads a costs file: YAML, of which JSON is a part. docs/costs.md describes it.
    /// - Throws: `InputError` or `InputErrors`, with file and line, for what cannot be understood.
    public init(text: String, file: String) throws {
        let tree = try YAMLReader.read(text, file: file)
        guard tree["hardware-costs"] != nil else {
            throw InputError(
                file: file, "this is not a costs file",
                remedy: "a costs file says hardware-costs: \(CostSet.format); docs/costs.md describes it")
        }
        let faults = Faults(file: file)
        let draft = CostFileDraft.record.read(tree, over: CostFileDraft(), faults)
        try faults.throwIfAny()
        self = draft.set
    }

    /// The set as a costs file; read again, it is the same set.
    public var fileText: String { YAMLWriter.text(CostFileDraft.record.write(CostFileDraft(set: self))) }
}

extension Kind where Value == CostSet {
    /// What a costs file holds.
    static var costSet: Kind {
        CostFileDraft.record.kind.mapped({ $0.set }, { CostFileDraft(set: $0) })
    }
}

/// What stands at the top of a costs file.
private struct CostFileDraft {
    var format = CostSet.format
    var set = CostSet(name: "")

    static var record: Record<CostFileDraft> {
        Record(
            "a costs file",
            [
                Field(
                    "hardware-costs", \.format,
                    .whole(1...1_000_000).limited(
                        to: "\(CostSet.format), the version that this program reads"
                    ) {
                        $0 == CostSet.format
                    }, required: true),
                Field("name", \.set.name, name, required: true),
                Field("about", \.set.about, Kind<String>.text.absentWhenEmpty),
                Field(
                    "emulated",
                    read: { node, draft, faults in
                        draft.set.isEmulated = Kind<Bool>.flag.read(node, false, faults)
                    }, write: { $0.set.isEmulated ? .text("true") : nil }),
                Field("machine", \.set.machine, machine),
                Field("costs", \.set.costs, costs),
                Field("absent", \.set.absent, absent),
            ])
    }

    /// A name that can stand in lists, on command lines and in file names.
    private static var name: Kind<String> {
        Kind<String>.text.limited(to: "1 to 100 letters, digits, dots, hyphens and underscores") { name in
            !name.isEmpty && name.utf8.count <= 100
                && name.unicodeScalars.allSatisfy {
                    $0.isASCII && ($0.properties.isAlphabetic || "0123456789.-_".unicodeScalars.contains($0))
                }
        }
    }

    private static var machine: Kind<[MachineFact: String]> {
        .byName(
            "facts of the machine", MachineFact.allCases, spelled: \.rawValue, what: "fact of a machine",
            blank: ""
        ) { _ in .text }
    }

    private static var costs: Kind<[CostPrimitive: Cost]> {
        .byName(
            "costs by primitive", CostPrimitive.allCases, spelled: \.name, what: "primitive",
            blank: Cost(.constant(0), origin: .published(source: ""))
        ) { .cost(of: $0) }
    }

    private static var absent: Kind<[CostPrimitive: String]> {
        .byName(
            "reasons by primitive", CostPrimitive.allCases, spelled: \.name, what: "primitive", blank: ""
        ) { _ in .text }
    }
}

extension Kind where Value == Cost {
    /// The cost of `primitive`: its model, its origin, and what a calibration knows of it.
    static func cost(of primitive: CostPrimitive) -> Kind {
        let quantity = primitive.facts.quantity
        return Record<Cost>(
            "the cost of '\(primitive.name)'",
            [
                Field("model", \.model, .costModel(of: primitive), required: true),
                Field("origin", \.origin, .costOrigin, required: true),
                Field(
                    "evidence", \.evidence,
                    Kind<CostEvidence>.costEvidence(of: quantity).optional(blank: CostEvidence())),
            ]
        ).kind
    }
}

extension Kind {
    /// A mapping from a closed list of names. Written in the order of the list; an empty one is not written.
    fileprivate static func byName<Name: Hashable, Item>(
        _ expected: String, _ names: [Name], spelled: @escaping (Name) -> String, what: String,
        blank: Item, _ kind: @escaping (Name) -> Kind<Item>
    ) -> Kind where Value == [Name: Item] {
        Kind(expected) { node, base, faults in
            guard let entries = node.entries else {
                faults.expected(expected, node)
                return base
            }
            var found: [Name: Item] = [:]
            for entry in entries {
                guard let name = names.first(where: { spelled($0) == entry.key }) else {
                    faults.add(
                        entry.origin, "there is no \(what) '\(entry.key.prefix(60))'",
                        remedy: Suggestion.remedy(for: entry.key, among: names.map(spelled)))
                    continue
                }
                found[name] = kind(name).read(entry.value, blank, faults)
            }
            return found
        } write: { items in
            let pairs = names.compactMap { name in
                items[name].map { (spelled(name), kind(name).write($0)) }
            }
            return pairs.isEmpty ? ConfigNode(.null) : .mapping(pairs)
        }
    }
}
