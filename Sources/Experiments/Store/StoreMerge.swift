import Files
import GRDB
import Workload

extension StoreWriter {
    /// A copy in memory of the store at `path`, or a new one where there is none; `publish` puts it in the place
    /// of the file. So that a store may lie on a file system without locks, nothing but a rename is needed.
    /// - Parameter readOnly: whether the copy is only looked at; then the store is not locked.
    /// - Throws: `InputError` when it belongs to another experiment, was made by another version, or is in use.
    convenience init(copyOf path: String, for plan: SweepPlan, readOnly: Bool) throws {
        let file = StoreFile(path: path)
        let exists = try file.content() == .something
        let lock = readOnly ? nil : try StoreLock(path, isOptional: true)
        let queue = try DatabaseQueue()
        try file.translating {
            if exists {
                // What a sweep that was ended in the middle had begun is undone by SQLite alone.
                if file.hasJournal { _ = try file.reader() }
                let source = try StoreBytes.open(path, sealed: false)
                try source.read(file.check)
                try source.backup(to: queue)
            }
            try StoreSchema.migrator.migrate(queue)
            try queue.write { try StoreSchema.addMetrics($0) }
        }
        try self.init(file, queue: queue, lock: lock, plan: plan)
    }

    /// Puts what was written so far in the place of the store's file, whole.
    func publish() throws { try StoreBytes.write(queue, to: file.path, sealed: false) }

    /// Writes what was written so far to `path`, whole, as a part.
    func publish(partTo path: String) throws { try StoreBytes.write(queue, to: path, sealed: true) }

    /// The fingerprints of all runs, by name of the run.
    func fingerprints() throws -> [String: String] {
        try file.translating {
            try queue.read { database in
                var fingerprints: [String: String] = [:]
                let sql = "SELECT digest, fingerprint FROM run"
                try StoreRow.forEach(in: "run", of: file.path, database, sql: sql) { row in
                    fingerprints[try row.text(0)] = try row.text(1)
                }
                return fingerprints
            }
        }
    }
}
