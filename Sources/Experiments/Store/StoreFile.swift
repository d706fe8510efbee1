import Files
import GRDB
import Glibc
import Workload

/// A result store's file: opened with every check, its errors told in the user's words.
struct StoreFile {
    /// The path as the user gave it.
    let path: String

    /// What is at the path.
    enum Content {
        case nothing, something
    }

    /// Opens the store for reading.
    /// - Throws: `InputError` when there is no store that this version can read.
    func reader() throws -> DatabaseQueue {
        guard try content() == .something else {
            throw InputError(
                file: path, "there is no store",
                remedy: "make one with pagefold sweep; \(InputError.remedyForMissing(path))")
        }
        InputFiles.note(path: path)
        try WorkerThread.check()
        return try translating {
            var configuration = StoreFile.configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            do {
                return try checked(DatabaseQueue(path: path, configuration: configuration))
            } catch let error as DatabaseError
                where error.resultCode == .SQLITE_READONLY || error.resultCode == .SQLITE_CANTOPEN
            {
                // A writer was ended in the middle: SQLite undoes what it had begun, for which it must write.
                return try checked(DatabaseQueue(path: path, configuration: StoreFile.configuration()))
            }
        }
    }

    /// What every connection to a store is opened with: the schema of a file from elsewhere calls no functions.
    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
        return configuration
    }

    private func checked(_ queue: DatabaseQueue) throws -> DatabaseQueue {
        try queue.read(checkForReading)
        return queue
    }

    /// Opens the store for writing; an empty one is made where there is nothing.
    func writer() throws -> DatabaseQueue {
        let isNew = try content() == .nothing
        try WorkerThread.check()
        return try translating {
            var configuration = StoreFile.configuration()
            configuration.busyMode = .timeout(60)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            if !isNew { try queue.read(check) }
            try StoreSchema.migrator.migrate(queue)
            try queue.write { try StoreSchema.addMetrics($0) }
            return queue
        }
    }

    /// Whether something is there; an empty file is nothing.
    func content() throws -> Content {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return .nothing }
            throw InputError(file: path, String(cString: strerror(errno)), remedy: "check the path")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw InputError(
                file: path, "this is not a file", remedy: "name a store, such as results/sweep.sqlite")
        }
        var output = stat()
        if fstat(STDOUT_FILENO, &output) == 0, output.st_dev == status.st_dev, output.st_ino == status.st_ino
        {
            throw InputError(
                file: path, "is where this command prints",
                remedy: "name a store, such as results/sweep.sqlite")
        }
        if status.st_size == 0 { return .nothing }
        try checkLength(status.st_size)
        return .something
    }

    /// Whether a writer was ended in the middle of a transaction.
    var hasJournal: Bool { access(path + "-journal", F_OK) == 0 || access(path + "-wal", F_OK) == 0 }

    /// SQLite notices a missing end only when it comes to read it.
    private func checkLength(_ size: Int) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw InputError(file: path, String(cString: strerror(errno)), remedy: "check its permissions")
        }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &header, 100)
        guard count == 100, header.starts(with: Array("SQLite format 3".utf8)) else {
            let kind = header.prefix(max(count, 0)).withUnsafeBytes { ContentKind(head: $0)?.name ?? "text" }
            throw InputError(
                file: path, "this is not a result store",
                remedy: "it is \(kind); name a file that pagefold sweep wrote, such as results/sweep.sqlite")
        }
        // The first page may tell of pages that a writer was ended before writing; SQLite takes that back.
        if hasJournal { return }
        let pageSize = Int(header[16]) << 8 | Int(header[17])
        let pages = header[28..<32].reduce(0) { $0 << 8 | Int($1) }
        if size < pages * (pageSize == 1 ? 65_536 : pageSize) {
            throw InputError(
                file: path, "the store is cut off: \(size) bytes of \(pages * pageSize)",
                remedy: "restore it from a copy, or sweep into a new one")
        }
    }

    private func checkForReading(_ database: Database) throws {
        try check(database)
        if try isBlank(database) { throw SweepRow.missing(file: path) }
    }

    /// Holds the marks of a database against those of a store.
    /// - Throws: `InputError` when it is not a store, or one of a newer version.
    func check(_ database: Database) throws {
        let mark = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        // A sweep that was ended while it made its store leaves a database without tables of its own.
        if try mark == 0 && isBlank(database) { return }
        guard mark == StoreSchema.applicationID else {
            throw InputError(
                file: path, "this SQLite file is not a result store",
                remedy: "name a file that pagefold sweep wrote")
        }
        guard version <= StoreSchema.version else {
            throw InputError(
                file: path,
                "the store was made by a newer Pagefold (schema \(version), "
                    + "this one knows \(StoreSchema.version))",
                remedy: "update Pagefold")
        }
        try checkTables(database)
    }

    /// Whether the schema is a store's: its tables, with columns that hold what was written, and nothing that computes.
    /// What a view gives may have no end, and a trigger would do what nobody asked for.
    private func checkTables(_ database: Database) throws {
        let remedy = "name a file that pagefold sweep wrote"
        let sql = """
            SELECT type, name FROM sqlite_master WHERE type NOT IN ('table', 'index')
            OR sql LIKE 'create%virtual%table%' LIMIT 1
            """
        try StoreRow.forEach(in: "sqlite_master", of: path, database, sql: sql) { row in
            let kind = try row.text(0) == "table" ? "virtual table" : row.text(0)
            throw InputError(
                file: path, "this is not a result store: it has a \(kind) '\(try row.text(1).prefix(60))'",
                remedy: remedy)
        }
        for (table, columns) in StoreSchema.tables {
            var found: Set<String> = []
            let sql = "SELECT name, hidden FROM pragma_table_xinfo('\(table)')"
            try StoreRow.forEach(in: table, of: path, database, sql: sql) { row in
                guard try row.word(1) == 0 else {
                    throw InputError(
                        file: path, "this is not a result store: a column of '\(table)' is computed",
                        remedy: remedy)
                }
                found.insert(try row.text(0))
            }
            if let missing = columns.first(where: { !found.contains($0) }) {
                throw InputError(
                    file: path, "this is not a result store: '\(table)' has no column '\(missing)'",
                    remedy: remedy)
            }
        }
    }

    /// Whether nobody has put a table into the database but the bookkeeping of migrations.
    private func isBlank(_ database: Database) throws -> Bool {
        let sql =
            "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'grdb_%' AND name NOT LIKE 'sqlite_%'"
        return try Int.fetchOne(database, sql: sql) == 0
    }

    /// Runs `body`, with errors of SQLite told in the user's words.
    func translating<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw inputError(error)
        }
    }

    private func inputError(_ error: DatabaseError) -> InputError {
        let message = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            return InputError(
                file: path, "the disk is full; what was stored before is safe",
                remedy: "free some space and give the same command again")
        case .SQLITE_NOTADB:
            return InputError(
                file: path, "this is not a result store", remedy: "name a file that pagefold sweep wrote")
        case .SQLITE_CORRUPT: return StoreRow.damage(message, file: path)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            return InputError(
                file: path, "the store cannot be opened or written: \(message)",
                remedy: "check the permissions of the file and its directory")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return InputError(
                file: path, "another program keeps the store locked", remedy: "wait for it to end")
        case .SQLITE_IOERR:
            return InputError(
                file: path, "the store cannot be read or written: \(message)", remedy: "check the disk")
        default: return InputError(file: path, "SQLite says: \(message)", remedy: "is this a result store?")
        }
    }
}
