import Files
import Glibc
import Testing

/// Outputs replace regular files only, and never an input.
@Suite struct OutputTests {
    private func write(_ text: String, to path: String, access: AtomicFile.Access = .everyone) throws {
        var file = try AtomicFile(path: path, access: access)
        try file.write(text)
        try file.commit()
    }

    /// What is in a file, by another way than Pagefold's readers, for which it would be an input from then on.
    private func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(file, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : 0
    }

    private func make(_ path: String, _ text: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        try #require(file >= 0)
        #expect(text.withCString { Glibc.write(file, $0, strlen($0)) } == text.utf8.count)
        close(file)
    }

    @Test func aLinkIsFollowedAndStays() throws {
        let place = try TemporaryDirectory()
        try make("\(place.path)/real", "old")
        chmod("\(place.path)/real", 0o640)
        symlink("real", "\(place.path)/link")
        symlink("link", "\(place.path)/second")
        try write("new", to: "\(place.path)/second")
        #expect(mode("\(place.path)/second") & S_IFMT == S_IFLNK)
        #expect(mode("\(place.path)/link") & S_IFMT == S_IFLNK)
        #expect(mode("\(place.path)/real") == S_IFREG | 0o640, "a file that is replaced keeps its rights")
        #expect(text("\(place.path)/real") == "new")
    }

    @Test func aLinkToNothingMakesWhatItNames() throws {
        let place = try TemporaryDirectory()
        symlink("made", "\(place.path)/link")
        try write("new", to: "\(place.path)/link")
        #expect(text("\(place.path)/made") == "new")
        symlink("circle", "\(place.path)/circle")
        #expect(throws: InputError.self) { try write("new", to: "\(place.path)/circle") }
    }

    @Test func aLinkToWhatHasNoTextIsRefused() throws {
        let place = try TemporaryDirectory()
        let target: [CChar] = [CChar(bitPattern: 0x63), CChar(bitPattern: 0xE9), 0]
        #expect(symlink(target, "\(place.path)/link") == 0)
        do {
            try write("new", to: "\(place.path)/link")
            Issue.record("it wrote somewhere")
        } catch {
            #expect("\(error)".contains("c\\xE9"), "\(error)")
        }
        #expect(Directory.names(in: place.path) == ["link"])
    }

    @Test func aPipeAndADeviceAreWrittenInto() throws {
        let place = try TemporaryDirectory()
        let path = "\(place.path)/pipe"
        mkfifo(path, 0o600)
        // Both ends at once, so that opening waits for nobody.
        let reader = open(path, O_RDWR | O_CLOEXEC)
        try #require(reader >= 0)
        defer { close(reader) }
        try write("through", to: path)
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = read(reader, &buffer, 16)
        #expect(buffer.prefix(max(count, 0)).elementsEqual("through".utf8))
        #expect(mode(path) & S_IFMT == S_IFIFO)
        try write("nowhere", to: "/dev/null")
        #expect(mode("/dev/null") & S_IFMT == S_IFCHR)
        #expect(throws: InputError.self) { try write("full", to: "/dev/full") }
    }

    @Test func anOpenDescriptorGoesOnWhereItStands() throws {
        let place = try TemporaryDirectory()
        let path = "\(place.path)/log"
        let log = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        try #require(log >= 0)
        defer { close(log) }
        #expect(Glibc.write(log, "before ", 7) == 7)
        try write("after", to: "/proc/self/fd/\(log)")
        #expect(text(path) == "before after")
        let input = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(input) }
        #expect(throws: InputError.self) { try write("no", to: "/dev/fd/\(input)") }
    }

    @Test func aDirectoryIsNoFile() throws {
        let place = try TemporaryDirectory()
        #expect(throws: InputError.self) { try write("no", to: place.path) }
        #expect(throws: InputError.self) { try write("no", to: "\(place.path)/none/file") }
        #expect(throws: InputError.self) { try write("no", to: "") }
    }

    @Test func aFileForItsOwnerAloneIsPrivateWhateverWasThere() throws {
        let place = try TemporaryDirectory()
        try make("\(place.path)/old", "old")
        try write("new", to: "\(place.path)/old", access: .owner)
        #expect(mode("\(place.path)/old") == S_IFREG | 0o600)
    }

    @Test func whatIsNotCommittedLeavesNothing() throws {
        let place = try TemporaryDirectory()
        do {
            let file = try AtomicFile(path: "\(place.path)/never")
            try file.write("half")
        }
        #expect(Directory.names(in: place.path) == [])
    }
}

/// Directories of files that appear whole.
@Suite struct AtomicDirectoryTests {
    private func put(_ names: [String], in directory: String) {
        for name in names { close(open("\(directory)/\(name)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)) }
    }

    private func names(_ path: String) -> [String] { (Directory.names(in: path) ?? []).sorted() }

    @Test func aNewDirectoryAppearsWhole() throws {
        let place = try TemporaryDirectory()
        let path = "\(place.path)/a/b"
        #expect(throws: InputError.self) { try AtomicDirectory(at: path) { _ throws(InputError) in [] } }
        #expect(names(place.path) == [])
        let output = try AtomicDirectory(at: path + "/", makesParents: true) { _ throws(InputError) in [] }
        put(["x", "y"], in: output.staging)
        #expect(Directory.names(in: path) == nil)
        try output.commit()
        #expect(names(path) == ["x", "y"])
        #expect(names("\(place.path)/a") == ["b"])
    }

    @Test func whatElseIsThereStays() throws {
        let place = try TemporaryDirectory()
        put(["mine", "old", "both"], in: place.path)
        let output = try AtomicDirectory(at: place.path) { names throws(InputError) in
            names.intersection(["old", "both"])
        }
        put(["both", "new"], in: output.staging)
        try output.commit(last: "new")
        #expect(names(place.path) == ["both", "mine", "new"])
    }

    @Test func nothingGoesWhereADirectoryIsInTheWay() throws {
        let place = try TemporaryDirectory()
        put(["old", "last"], in: place.path)
        mkdir("\(place.path)/both", 0o700)
        let output = try AtomicDirectory(at: place.path) { names throws(InputError) in names }
        put(["both", "last"], in: output.staging)
        do {
            try output.commit(last: "last")
            Issue.record("it replaced a directory")
        } catch {
            #expect(error.file.hasSuffix("/both"))
        }
        #expect(names(place.path) == ["both", "last", "old"])
    }

    @Test func aFileOfOthersIsNotReplaced() throws {
        let place = try TemporaryDirectory()
        put(["mine"], in: place.path)
        let output = try AtomicDirectory(at: place.path) { _ throws(InputError) in [] }
        put(["a", "mine"], in: output.staging)
        do {
            try output.commit()
            Issue.record("it replaced what is not its own")
        } catch {
            #expect(error.file.hasSuffix("/mine"))
        }
        #expect(names(place.path) == ["mine"])
    }
}

/// What killed processes leave.
@Suite struct LeftoverTests {
    @Test func whatNobodyHoldsIsRemovedWhateverItsNumber() throws {
        let place = try TemporaryDirectory()
        // This process's own number, as when a number comes again.
        mkdir("\(place.path)/.pagefold-\(getpid())-999999", 0o700)
        close(open("\(place.path)/.pagefold-\(getpid())-999999/part", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        close(open("\(place.path)/.pagefold-1-1", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        close(open("\(place.path)/.pagefold-notes", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        let held = try TemporaryDirectory(in: place.path)
        let names = Directory.names(in: place.path) ?? []
        #expect(names.contains(".pagefold-notes"), "a name that Pagefold does not give")
        #expect(names.count == 2 && access(held.path, F_OK) == 0)
        let second = try TemporaryDirectory(in: place.path)
        #expect(access(held.path, F_OK) == 0 && access(second.path, F_OK) == 0, "both are held")
    }
}

/// Threads that cannot be had.
@Suite struct WorkerThreadTests {
    @Test func aThreadThatCannotBeMadeIsAnError() {
        #expect(throws: InputError.self) { _ = try WorkerThread(stackSize: 1 << 46) {} }
    }

    @Test func workIsSharedByThoseThatThereAre() throws {
        let counts = try WorkerThread.start(3) {}
        #expect(!counts.isEmpty)
        for thread in counts { thread.join() }
        WorkerThread.together(4) {}
    }
}
