import Files
import Foundation
import GRDB
import Testing

@testable import Experiments

/// Stores that somebody made to hurt: whatever is in a cell, and whatever a table is, every reader ends with an error
/// that names it, or reads what was there.
@Suite struct HostileStoreTests {
    /// What reads a store, by name.
    private static let readers: [(name: String, read: @Sendable (String) throws -> Void)] = [
        ("export", { _ = try exported($0) }), ("jsonl", { _ = try exported($0, .jsonl) }),
        (
            "list",
            { path in
                let store = try ResultStore(reading: path)
                _ = try StoreOverview(store).text(of: store, width: 100)
            }
        ),
        (
            "results",
            { path in
                let store = try ResultStore(reading: path)
                let results = try store.results(metrics: ["cold_share", "memory_mean_bytes"])
                _ = try Comparison(results).text(width: 100)
            }
        ),
        ("workloads", { _ = try ResultStore(reading: $0).workloads() }),
        ("resume", { try sweep(smallSweep, into: $0) }),
        (
            "part",
            { path in
                let plan = try SweepPlan(read(smallSweep))
                let writer = try StoreWriter(copyOf: path, for: plan, readOnly: true)
                _ = try writer.fingerprints()
            }
        ),
    ]

    private func withStore(_ body: (_ path: String) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            try sweep(smallSweep, into: "\(directory)/s.sqlite")
            try body("\(directory)/s.sqlite")
        }
    }

    /// What each reader says of a copy of the store with these statements carried out.
    private func refusals(_ path: String, _ sql: String) throws -> [String: InputError] {
        var found: [String: InputError] = [:]
        for (name, read) in Self.readers {
            let copy = path + ".copy"
            try? FileManager.default.removeItem(atPath: copy)
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            let queue = try DatabaseQueue(path: copy, configuration: configuration)
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
            do { try read(copy) } catch {
                #expect(error is InputError, "\(name) after \(sql): \(error)")
                found[name] = error as? InputError
            }
        }
        return found
    }

    private static let bad = ["NULL", "'abc'", "x'00ff'", "-1", "9223372036854775807", "9e999"]

    @Test(arguments: [
        "cell.point", "cell.policy", "cell.replicate", "cell.run", "run.seed", "run.digest", "run.version",
        "run.cpu_s", "run.cold_share", "policy.id", "policy.name", "point.id", "point.settings", "sweep.name",
        "sweep.definition", "workload.title", "workload.horizon_s", "workload.warnings", "series.data",
    ])
    func anyCellMayHoldAnything(cell: String) throws {
        let parts = cell.split(separator: ".")
        let (table, column) = (parts[0], parts[1])
        try withStore { path in
            for value in Self.bad {
                // Constraints are no defence: the schema is the file's own.
                _ = try refusals(
                    path,
                    """
                    CREATE TABLE loose AS SELECT * FROM \(table); DROP TABLE \(table);
                    ALTER TABLE loose RENAME TO \(table);
                    UPDATE \(table) SET \(column) = \(value)
                        WHERE rowid = (SELECT max(rowid) FROM \(table));
                    """)
            }
        }
    }

    @Test(arguments: [
        ("cell.replicate", "'abc'", "replicate in row 12 of 'cell' is not a whole number"),
        ("cell.policy", "9223372036854775807", "policy in row 12 of 'cell' with 'run' is none of the 2"),
        ("run.seed", "'x'", "of 'cell' with 'run' is not a whole number"),
        ("run.cold_share", "'x'", "cold_share in row"),
        ("policy.name", "x'00'", "name in row 2 of 'policy' is not text"),
        ("policy.id", "77", "id in row 2 of 'policy' is not from 1 to 1"),
        ("point.id", "-5", "id in row 1 of 'point'"), ("sweep.name", "x'41'", "name in row 1 of 'sweep'"),
    ])
    func theErrorNamesTableRowAndColumn(cell: String, value: String, words: String) throws {
        let parts = cell.split(separator: ".")
        try withStore { path in
            let found = try refusals(
                path,
                """
                PRAGMA ignore_check_constraints = ON;
                CREATE TABLE loose AS SELECT * FROM \(parts[0]); DROP TABLE \(parts[0]);
                ALTER TABLE loose RENAME TO \(parts[0]);
                UPDATE \(parts[0]) SET \(parts[1]) = \(value) WHERE rowid = (SELECT max(rowid) FROM \(parts[0]));
                """)
            let error = try #require(found["results"])
            #expect(error.problem.contains(words), "\(error)")
            #expect(!error.remedy.isEmpty)
        }
    }

    @Test func replicatesBeyondAnySweepAreRefusedBeforeTheyAreAllocated() throws {
        try withStore { path in
            for replicate in ["1000000", "2147483648", "4611686018427387904"] {
                let found = try refusals(path, "UPDATE cell SET replicate = \(replicate) WHERE replicate = 2")
                #expect(found["results"]?.problem.contains("replicate") == true)
            }
            // Possible one by one, too much together.
            let found = try refusals(
                path,
                """
                WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 259999)
                INSERT INTO cell SELECT 0, 0, i, 1 FROM n;
                WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
                INSERT INTO point SELECT i, (SELECT settings FROM point WHERE id = 0) FROM n;
                """)
            #expect(found["results"]?.problem.contains("260000 replicates") == true)
        }
    }

    @Test func aReplicateFarFromTheOthersTakesNoRoomForThoseBetween() throws {
        try withStore { path in
            let before = try ResultStore(reading: path).results(metrics: ["cold_share"])
            try DatabaseQueue(path: path).write {
                try $0.execute(sql: "UPDATE cell SET replicate = 999999 WHERE replicate = 2")
            }
            let store = try ResultStore(reading: path)
            let after = try store.results(metrics: ["cold_share"])
            #expect(try store.replicates().last == 999_999)
            #expect(after.replicates == before.replicates)
            for point in before.points.indices {
                for policy in before.policies.indices {
                    #expect(Array(after.tables[0][point, policy]) == Array(before.tables[0][point, policy]))
                }
            }
        }
    }

    @Test(arguments: ["-1", "NULL", "'x'", "9223372036854775807"])
    func aPlaceWhoseRunIsNotThereIsDamage(run: String) throws {
        try withStore { path in
            let found = try refusals(
                path,
                """
                CREATE TABLE loose AS SELECT * FROM cell; DROP TABLE cell; ALTER TABLE loose RENAME TO cell;
                UPDATE cell SET run = \(run) WHERE rowid = 2;
                """)
            for name in ["results", "export", "list"] {
                #expect(found[name]?.problem.contains("the store is damaged") == true, "\(name): \(found)")
            }
        }
    }

    private static let endless =
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n)"

    @Test(arguments: [
        (
            "DROP TABLE cell; CREATE VIEW cell AS \(endless) SELECT 0 AS point, 0 AS policy, i AS replicate, 1 AS run "
                + "FROM n",
            "view"
        ),
        (
            "DROP TABLE policy; CREATE VIEW policy AS \(endless) SELECT i AS id, 'p' || i AS name FROM n",
            "view"
        ),
        ("CREATE VIEW more AS \(endless) SELECT i FROM n", "view"),
        ("CREATE TRIGGER t AFTER INSERT ON cell BEGIN DELETE FROM cell; END", "trigger"),
        ("CREATE VIRTUAL TABLE more USING fts5(a)", "virtual table"),
        ("ALTER TABLE point ADD COLUMN more AS (zeroblob(1000000000))", "computed"),
        ("DROP TABLE series", "no column"), ("ALTER TABLE cell RENAME COLUMN run TO ran", "no column 'run'"),
    ])
    func whatComputesIsNoStore(sql: String, words: String) throws {
        try withStore { path in
            let found = try refusals(path, "PRAGMA foreign_keys = OFF; \(sql)")
            for (name, _) in Self.readers {
                #expect(
                    found[name]?.problem.contains(words) == true,
                    "\(name): \(found[name]?.description ?? "read")")
            }
        }
    }
}
