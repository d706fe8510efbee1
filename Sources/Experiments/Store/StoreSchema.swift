import GRDB

/// The tables of a result store and how older ones become this one's: `docs/store.md` explains them.
enum StoreSchema {
    /// The version written, and the newest that can be read.
    static let version = 1
    /// What marks a SQLite file as a result store: `PFld`.
    static let applicationID = 0x5046_6C64

    /// The names of the columns of `run` that hold no metric.
    static let runColumns: Set<String> = [
        "id", "digest", "scenario", "workload", "seed", "version", "fingerprint", "cpu_s", "wall_s",
    ]

    /// Every step from an empty file to the present schema. Steps that were released are never changed.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: first)
            try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = 1")
        }
        return migrator
    }

    private static let first = """
        CREATE TABLE sweep (
            id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, description TEXT NOT NULL,
            definition TEXT NOT NULL, digest TEXT NOT NULL, version TEXT NOT NULL, reference TEXT NOT NULL
        );
        CREATE TABLE policy (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE point (id INTEGER PRIMARY KEY, settings TEXT NOT NULL);
        CREATE TABLE scenario (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, settings TEXT NOT NULL);
        CREATE TABLE workload (
            id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, title TEXT NOT NULL, settings TEXT NOT NULL,
            applications INTEGER NOT NULL, functions INTEGER NOT NULL, horizon_s REAL NOT NULL,
            inputs TEXT NOT NULL, warnings TEXT NOT NULL
        );
        CREATE TABLE run (
            id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE,
            scenario INTEGER NOT NULL REFERENCES scenario, workload INTEGER NOT NULL REFERENCES workload,
            seed INTEGER NOT NULL, version TEXT NOT NULL, fingerprint TEXT NOT NULL,
            cpu_s REAL NOT NULL, wall_s REAL NOT NULL
        );
        CREATE TABLE cell (
            point INTEGER NOT NULL REFERENCES point, policy INTEGER NOT NULL REFERENCES policy,
            replicate INTEGER NOT NULL, run INTEGER NOT NULL REFERENCES run,
            PRIMARY KEY (point, policy, replicate)
        ) WITHOUT ROWID;
        CREATE TABLE series (
            run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, columns TEXT NOT NULL,
            data BLOB NOT NULL, PRIMARY KEY (run, name)
        ) WITHOUT ROWID;
        """

    /// The columns that each table must have; `run` has one more for each metric.
    static let tables: [(name: String, columns: [String])] = [
        ("sweep", ["id", "name", "description", "definition", "digest", "version", "reference"]),
        ("policy", ["id", "name"]), ("point", ["id", "settings"]),
        ("scenario", ["id", "digest", "settings"]),
        (
            "workload",
            [
                "id", "digest", "title", "settings", "applications", "functions", "horizon_s", "inputs",
                "warnings",
            ]
        ), ("run", runColumns.sorted()), ("cell", ["point", "policy", "replicate", "run"]),
        ("series", ["run", "name", "columns", "data"]),
    ]

    /// Adds the metrics of this version that `run` does not have.
    static func addMetrics(_ database: Database) throws {
        let known = Set(try database.columns(in: "run").map(\.name))
        for metric in Metric.all where !known.contains(metric.name) {
            try database.execute(sql: "ALTER TABLE run ADD COLUMN \(quoted(metric.name)) REAL")
        }
    }

    /// A name as SQL has it.
    static func quoted(_ name: String) -> String { name.quotedDatabaseIdentifier }
}
