import Files
import Glibc

/// A directory of CRIU's images. Images that are symbolic links are refused, so that a directory from
/// elsewhere cannot name files outside it; the link `parent`, which CRIU itself makes, is followed.
final class CRIUDirectory {
    /// The kinds of images that are read, with the number that each begins with (criu/include/magic.h).
    enum Image: UInt32 {
        case inventory = 0x5831_3116
        case processes = 0x5027_3030
        case pagemap = 0x5608_4025
        case core = 0x5505_3847
        case memory = 0x5749_2820
        case files = 0x5630_3138
        case memoryObjects = 0x4845_3499
    }

    /// The path, as it is named in errors.
    let path: String
    private let descriptor: Int32
    private let device: UInt64
    private let number: UInt64
    /// Bytes that an image other than of pages may have.
    private static let mostBytes = 64 << 20
    private static let commonMagic: UInt32 = 0x5456_4319

    /// Opens the directory `path`, seen from `descriptor`.
    init(_ path: String, from start: Int32 = AT_FDCWD, name: String? = nil) throws(InputError) {
        let opened = openat(start, name ?? path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if opened < 0 { throw Self.noDirectory(path) }
        var status = stat()
        let examined = fstat(opened, &status)
        descriptor = opened
        self.path = path
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        if examined != 0 { throw InputError.system("cannot be examined", file: path) }
    }

    deinit { close(descriptor) }

    /// The directory of images at `path`, or the one called `checkpoint` in it, where container engines put them.
    static func ofImages(_ path: String) throws(InputError) -> CRIUDirectory {
        let given = try CRIUDirectory(path)
        if given.has("inventory.img") { return given }
        for folder in try given.folders().sorted() {
            guard let below = try? CRIUDirectory("\(path)/\(folder)", from: given.descriptor, name: folder),
                below.has("inventory.img")
            else { continue }
            if folder == "checkpoint" { return below }
            let shown = ForeignText.printable(folder.utf8, limit: 200, space: true)
            throw InputError(
                file: path, "holds no images of its own, but its folder `\(shown)` does",
                remedy: "give \(path)/\(shown)")
        }
        if given.has("pages_meta.img") {
            throw InputError(
                file: path, "holds a checkpoint of gVisor, not CRIU's images",
                remedy: "only images of criu dump can be read")
        }
        return given
    }

    /// Why `path` is not a directory, told from what it is.
    private static func noDirectory(_ path: String) -> InputError {
        let failure = InputError.system("cannot be opened as a directory", file: path)
        guard errno == ENOTDIR, let file = try? InputFile(path: path) else { return failure }
        guard let format = try? ForeignFormat(of: file) else {
            return InputError(
                file: path, "cannot be opened as a directory: it is a file",
                remedy: "give the directory that criu dump wrote")
        }
        if format.isPacked {
            return InputError(
                file: path, "is \(format.name), not a directory of images",
                remedy: "unpack it and give the directory: mkdir DIRECTORY; tar -xf \(path) -C DIRECTORY")
        }
        return InputError(file: path, "is \(format.name), not a directory of images", remedy: format.remedy)
    }

    /// Whether there is anything called `name`.
    func has(_ name: String) -> Bool {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// Whether both are the same directory.
    func isSame(as other: CRIUDirectory) -> Bool { device == other.device && number == other.number }

    /// The directory that holds the pages of an earlier dump; nil when there is none.
    func parent() throws(InputError) -> CRIUDirectory? {
        var status = stat()
        if fstatat(descriptor, "parent", &status, AT_SYMLINK_NOFOLLOW) != 0, errno == ENOENT { return nil }
        if status.st_mode & S_IFMT == S_IFLNK, fstatat(descriptor, "parent", &status, 0) != 0 {
            throw lostParent()
        }
        return try CRIUDirectory("\(path)/parent", from: descriptor, name: "parent")
    }

    /// The link `parent` leads nowhere, as absolute links do once the dumps were moved.
    private func lostParent() -> InputError {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = max(readlinkat(descriptor, "parent", &target, target.count), 0)
        let link = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let name = link.split(separator: "/").last.map(String.init) ?? ""
        let shown = ForeignText.printable(name.utf8, limit: 200)
        let isBeside =
            !name.isEmpty && shown == name
            && (try? CRIUDirectory("../\(name)", from: descriptor))?.isSame(as: self) == false
        let remedy =
            isBeside
            ? "the dump may be \(path)/../\(name): if so, ln -sfn ../\(name) \(path)/parent"
            : "copy that dump beside this one and link to it: ln -sfn ../NAME \(path)/parent"
        return InputError(
            file: "\(path)/parent",
            "leads to the dump before, `\(ForeignText.printable(link.utf8, limit: 200, space: true))`, which is not there",
            remedy: remedy)
    }

    /// The file `name`; nil when there is none.
    func open(_ name: String) throws(InputError) -> InputFile? {
        let file = openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
        if file < 0 {
            if errno == ENOENT { return nil }
            if errno == ELOOP {
                throw InputError(
                    file: "\(path)/\(name)", "is a symbolic link", remedy: "put the file itself in its place")
            }
            throw InputError.system("cannot be opened", file: "\(path)/\(name)")
        }
        return try InputFile(adopting: file, path: "\(path)/\(name)")
    }

    /// The whole numbers in the names of files between `prefix` and `suffix`, ascending.
    func numbers(prefix: String, suffix: String) throws(InputError) -> [UInt64] {
        try entries().compactMap { name, _ in
            guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
            return UInt64(name.dropFirst(prefix.count).dropLast(suffix.count))
        }.sorted()
    }

    /// The names of folders in it, not of links to any.
    private func folders() throws(InputError) -> [String] {
        try entries().filter { $0.isFolder && $0.name != "." && $0.name != ".." }.map(\.name)
    }

    private func entries() throws(InputError) -> [(name: String, isFolder: Bool)] {
        // A handle of its own, as reading moves it.
        let handle = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0, let list = fdopendir(handle) else {
            if handle >= 0 { close(handle) }
            throw InputError.system("cannot be listed", file: path)
        }
        defer { closedir(list) }
        var names: [(String, Bool)] = []
        for name in DirectoryNames(reading: list).names {
            var status = stat()
            let isFolder =
                fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
                && status.st_mode & S_IFMT == S_IFDIR
            names.append((name, isFolder))
        }
        return names
    }

    /// The messages of the image `name`; nil when there is no such image.
    func messages(_ name: String, _ image: Image) throws(InputError) -> CRIUMessages? {
        guard let file = try open(name) else { return nil }
        guard file.size <= Self.mostBytes else {
            throw InputError(file: file.path, "is larger than 64 MiB", remedy: "the image is damaged")
        }
        let bytes = try file.bytes(at: 0, count: file.size)
        let head = bytes.prefix(8) + [UInt8](repeating: 0, count: max(8 - bytes.count, 0))
        let numbers = LittleEndian(head[...])
        // The inventory alone begins with its own number.
        let isFirst = image == .inventory && numbers.half(0) == image.rawValue
        guard isFirst || (numbers.half(0) == Self.commonMagic && numbers.half(4) == image.rawValue) else {
            throw InputError(
                file: file.path, "is not the image that its name says",
                remedy: "give the directory that criu dump wrote, by CRIU 1.7 or later, not encrypted")
        }
        return CRIUMessages(file: file, bytes: bytes, position: isFirst ? 4 : 8)
    }

    /// The messages of the image `name`, which must be there.
    func neededMessages(_ name: String, _ image: Image) throws(InputError) -> CRIUMessages {
        guard let messages = try messages(name, image) else {
            throw InputError(
                file: "\(path)/\(name)", "is missing", remedy: "give the whole directory that criu dump wrote"
            )
        }
        return messages
    }
}

/// The messages of an image, one after another, each with its size before it.
struct CRIUMessages {
    let file: InputFile
    let bytes: [UInt8]
    private(set) var position: Int

    init(file: InputFile, bytes: [UInt8], position: Int) {
        self.file = file
        self.bytes = bytes
        self.position = position
    }

    /// The next message; nil at the end.
    mutating func next() throws(InputError) -> ProtobufMessage? {
        if position == bytes.count { return nil }
        guard bytes.count - position >= 4 else { throw damaged() }
        let size = Int(LittleEndian(bytes[position..<(position + 4)]).half(0))
        guard size <= bytes.count - position - 4 else { throw damaged() }
        position += 4 + size
        return ProtobufMessage(bytes, (position - size)..<position)
    }

    /// Calls `body` with each field of the next message; false at the end.
    mutating func nextFields(
        _ body: (ProtobufMessage, Int, ProtobufMessage.Value) throws(ProtobufMessage.Damage) -> Void
    ) throws(InputError) -> Bool {
        guard var message = try next() else { return false }
        do {
            while let (field, value) = try message.next() { try body(message, field, value) }
        } catch {
            throw damaged()
        }
        return true
    }

    /// The image is damaged in the message that was last taken, or where the next one should be.
    func damaged(_ problem: String = "a message is damaged") -> InputError {
        InputError(
            file: file.path, "is damaged before byte \(position): \(problem)", remedy: "copy or dump it again"
        )
    }
}
