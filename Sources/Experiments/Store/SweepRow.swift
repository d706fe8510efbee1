import Files
import GRDB
import Workload

/// The row that says which sweep a store belongs to.
struct SweepRow {
    var name: String
    var description: String
    var definition: String
    var digest: String
    var version: String
    var reference: String

    /// The row of a plan's sweep.
    init(_ plan: SweepPlan) {
        name = plan.experiment.name
        description = plan.experiment.description
        definition = plan.experiment.resolved
        digest = plan.experiment.digest
        version = pagefoldVersion
        reference = plan.experiment.reference
    }

    /// The row of a store.
    init(_ database: Database, file: String) throws {
        let sql = "SELECT name, description, definition, digest, version, reference FROM sweep"
        var found: SweepRow?
        try StoreRow.forEach(in: "sweep", of: file, database, sql: sql + " LIMIT 1") { row in
            found = SweepRow(
                name: try row.text(0), description: try row.text(1),
                definition: try row.text(2, limit: SweepRow.definitionLimit), digest: try row.text(3),
                version: try row.text(4), reference: try row.text(5))
        }
        guard let found else { throw SweepRow.missing(file: file) }
        self = found
    }

    private init(
        name: String, description: String, definition: String, digest: String, version: String,
        reference: String
    ) {
        self.name = name
        self.description = description
        self.definition = definition
        self.digest = digest
        self.version = version
        self.reference = reference
    }

    /// Bytes of an experiment, with all that it took from elsewhere.
    private static let definitionLimit = 1 << 28

    /// The store has no sweep yet.
    static func missing(file: String) -> InputError {
        InputError(
            file: file, "the store is empty: its sweep was ended before it began",
            remedy: "give the pagefold sweep command again")
    }

    /// Puts the row into a new store, or holds it against the one that is there. What may grow or say more is
    /// brought up to date.
    func write(_ database: Database, file: String) throws {
        guard try Bool.fetchOne(database, sql: "SELECT count(*) > 0 FROM sweep") ?? false else {
            return try database.execute(
                sql: """
                    INSERT INTO sweep (id, name, description, definition, digest, version, reference)
                    VALUES (1, ?, ?, ?, ?, ?, ?)
                    """, arguments: [name, description, definition, digest, version, reference])
        }
        let stored = try SweepRow(database, file: file)
        let remedy = "name another store with --store"
        if stored.version != version {
            throw InputError(
                file: file, "the store was made by Pagefold \(stored.version), this is \(version)",
                remedy: "results of two versions do not mix: \(remedy)")
        }
        if stored.digest != digest {
            throw InputError(
                file: file,
                "the store belongs to another experiment ('\(stored.name)'\(difference(from: stored)))",
                remedy: "\(remedy), or take back the change")
        }
        try database.execute(
            sql: "UPDATE sweep SET description = ?, definition = ?, reference = ?",
            arguments: [description, definition, reference])
    }

    /// The first line in which two definitions differ, for a message.
    private func difference(from stored: SweepRow) -> String {
        let mine = definition.split(separator: "\n")
        let theirs = stored.definition.split(separator: "\n")
        for (a, b) in zip(mine, theirs) where a != b {
            return ", where the store has '\(b.prefix(60).trimmed)' and this has '\(a.prefix(60).trimmed)'"
        }
        return ""
    }
}
