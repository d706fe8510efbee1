import Files
import Foundation
import GRDB
import Testing
import Workload

@testable import Experiments

/// Stores that are not what they should be: each is a clear answer, and none is changed.
@Suite struct StoreTests {
    private func refusal(_ path: String, _ body: (String) throws -> Void) -> InputError? {
        let before = FileManager.default.contents(atPath: path)
        var refusal: InputError?
        do {
            try body(path)
        } catch {
            refusal = error as? InputError
            #expect(refusal != nil, "\(error)")
        }
        #expect(FileManager.default.contents(atPath: path) == before)
        return refusal
    }

    private func reading(_ path: String) -> InputError? { refusal(path) { _ = try exported($0) } }
    private func sweeping(_ path: String) -> InputError? { refusal(path) { try sweep(smallSweep, into: $0) } }

    private func withStore(_ body: (_ path: String, _ directory: String) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            try sweep(smallSweep, into: "\(directory)/s.sqlite")
            try body("\(directory)/s.sqlite", directory)
        }
    }

    @Test func aStoreOfANewerVersionIsRefused() throws {
        try withStore { path, _ in
            try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
            #expect(reading(path)?.problem.contains("newer Pagefold (schema 99") == true)
            #expect(sweeping(path)?.remedy == "update Pagefold")
        }
    }

    @Test func aStoreOfAnotherExperimentIsRefusedWithTheDifference() throws {
        try withStore { path, _ in
            let other = smallSweep.replacing("rate: 5 /s", with: "rate: 6 /s")
            let error = refusal(path) { try sweep(other, into: $0) }
            #expect(error?.problem.contains("rate: 5") == true)
            #expect(error?.problem.contains("rate: 6") == true)
            #expect(error?.remedy.contains("--store") == true)
        }
    }

    @Test func aStoreOfAnotherVersionOfPagefoldIsRefused() throws {
        try withStore { path, _ in
            try DatabaseQueue(path: path).write { try $0.execute(sql: "UPDATE sweep SET version = '0.0.1'") }
            #expect(sweeping(path)?.problem.contains("Pagefold 0.0.1") == true)
            #expect(reading(path) == nil)
        }
    }

    @Test func aTruncatedStoreIsRefusedWhateverIsLeft() throws {
        try withStore { path, directory in
            let whole = try #require(FileManager.default.contents(atPath: path))
            for length in [
                1, 15, 99, 100, 511, 4_096, 8_192, whole.count / 2, whole.count - 4_096, whole.count - 1,
            ] {
                let cut = "\(directory)/cut.sqlite"
                try whole.prefix(length).write(to: URL(fileURLWithPath: cut))
                #expect(reading(cut) != nil, "\(length) bytes")
                #expect(sweeping(cut) != nil, "\(length) bytes")
            }
        }
    }

    @Test func aStoreWhoseWriterWasEndedInATransactionIsTakenBack() throws {
        try withStore { path, directory in
            let whole = try exported(path)
            // The store as a writer leaves it that has written its first page, which tells of more pages, and no
            // more: the old pages are in the journal.
            let left = "\(directory)/left.sqlite"
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA cache_spill = ON; PRAGMA cache_size = 1; BEGIN IMMEDIATE")
                for _ in 0..<200 {
                    try database.execute(sql: "INSERT INTO point (settings) VALUES (hex(randomblob(2000)))")
                }
                for ending in ["", "-journal"] {
                    try FileManager.default.copyItem(atPath: path + ending, toPath: left + ending)
                }
                try database.execute(sql: "ROLLBACK")
            }
            var bytes = try #require(FileManager.default.contents(atPath: left))
            bytes[30] = 0xFF
            try bytes.write(to: URL(fileURLWithPath: left))
            #expect(try exported(left) == whole)
        }
    }

    @Test func aDamagedStoreIsRefusedOrReadButNeverCrashes() throws {
        try withStore { path, directory in
            let whole = try #require(FileManager.default.contents(atPath: path))
            let damaged = "\(directory)/damaged.sqlite"
            for place in stride(from: 0, to: whole.count, by: 997) {
                var bytes = whole
                for offset in 0..<min(64, whole.count - place) { bytes[place + offset] ^= 0x5A }
                try bytes.write(to: URL(fileURLWithPath: damaged))
                do {
                    _ = try exported(damaged)
                } catch { #expect(error is InputError, "\(place): \(error)") }
            }
        }
    }

    @Test func whatIsNoStoreIsRefused() throws {
        try withTemporaryDirectory { directory in
            let text = "\(directory)/notes.txt"
            try String(repeating: "no database\n", count: 50).write(
                toFile: text, atomically: true, encoding: .utf8)
            #expect(reading(text)?.problem == "this is not a result store")
            #expect(sweeping(text)?.problem == "this is not a result store")
            let foreign = "\(directory)/foreign.sqlite"
            try DatabaseQueue(path: foreign).write { try $0.execute(sql: "CREATE TABLE run (a)") }
            #expect(reading(foreign)?.problem.contains("not a result store") == true)
            #expect(sweeping(foreign)?.problem.contains("not a result store") == true)
            #expect(reading("\(directory)/missing.sqlite")?.problem == "there is no store")
            #expect(reading(directory)?.problem == "this is not a file")
            #expect(throws: InputError.self) { try sweep(smallSweep, into: directory) }
            #expect(throws: InputError.self) { try sweep(smallSweep, into: "\(directory)/no/such/s.sqlite") }
        }
    }

    @Test func anEmptyFileIsANewStore() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/s.sqlite"
            try Data().write(to: URL(fileURLWithPath: path))
            #expect(reading(path)?.problem == "there is no store")
            let outcome = try sweep(smallSweep, into: path)
            #expect(outcome.finished == 12)
        }
    }

    @Test func aStoreWhoseMakingWasCutOffIsMadeAgain() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/s.sqlite"
            // The moment before the first step: the database has the bookkeeping of migrations alone.
            try DatabaseQueue(path: path).write {
                try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            }
            #expect(reading(path)?.problem.contains("the store is empty") == true)
            let outcome = try sweep(smallSweep, into: path)
            #expect(outcome.finished == 12)
        }
    }

    @Test func oneSweepAtATimeWritesToAStore() throws {
        try withStore { path, _ in
            let lock = try StoreLock(path)
            #expect(sweeping(path)?.problem == "another sweep is writing to this store")
            #expect(reading(path) == nil)
            withExtendedLifetime(lock) {}
        }
        try withStore { path, _ in #expect(sweeping(path) == nil) }
    }

    @Test func aReaderSeesWholeRunsWhileASweepWrites() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/s.sqlite"
            let many = smallSweep.replacing("replicates: 3", with: "replicates: 40")
            try sweep(many, into: path) { progress in
                guard progress.done > 0 else { return true }
                let rows = (try? exported(path))?.split(separator: "\n").count ?? 0
                #expect(rows >= progress.done + 1)
                return true
            }
        }
    }

    @Test func aMetricThatANewerVersionAddsIsEmptyForOlderRuns() throws {
        try withStore { path, _ in
            try DatabaseQueue(path: path).write {
                try $0.execute(sql: "ALTER TABLE run DROP COLUMN cold_share")
            }
            let error = #expect(throws: InputError.self) {
                try ResultStore(reading: path).results(metrics: ["cold_share"])
            }
            #expect(error?.problem.contains("no metric 'cold_share'") == true)
            let more = smallSweep.replacing("replicates: 3", with: "replicates: 4")
            try sweep(more, into: path)
            let shares = try ResultStore(reading: path).results(metrics: ["cold_share"]).tables[0]
            #expect(shares[0, 0].map(\.isNaN) == [true, true, true, false])
        }
    }

    @Test func quotedNamesSurviveTheExport() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/s.sqlite"
            let text =
                smallExperiment + """

                    policies: {"a,\\"b": {}, "c d": {idle: none}}
                    sweep: {list: [{"start.by-name.x\\\\.y": docker}]}
                    """
            try sweep(text, into: path)
            #expect(try exported(path).contains("\"a,\"\"b\""))
            for line in try exported(path, .jsonl).split(separator: "\n") {
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                #expect(object?["settings"] as? [String: String] == ["start.by-name.x\\.y": "docker"])
            }
        }
    }
}
