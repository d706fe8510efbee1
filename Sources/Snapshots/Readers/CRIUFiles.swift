import Files

/// What files and memory objects CRIU's images name, by CRIU's numbers of them (`files.img`, `memfd.img`).
struct CRIUFiles {
    /// A memory object that the kernel alone holds.
    struct MemoryObject {
        /// Its name as `/proc/PID/maps` has it.
        var name: String
        /// The number by which the image of its pages is called.
        var number: UInt64
    }

    /// The paths of files.
    private(set) var paths: [UInt64: String] = [:]
    /// Objects of `memfd_create`.
    private(set) var memoryObjects: [UInt64: MemoryObject] = [:]

    init(_ directory: CRIUDirectory) throws(InputError) {
        let objects = try Self.memoryObjects(directory)
        guard var messages = try directory.messages("files.img", .files) else { return }
        while true {
            var number: UInt64?
            var path: String?
            var object: UInt64?
            let isThere = try messages.nextFields { message, field, value throws(ProtobufMessage.Damage) in
                if field == 2, case .number(let found) = value { number = found }
                // A regular file, and a memory object (images/fdinfo.proto, regfile.proto, memfd.proto).
                guard field == 3 || field == 20, case .bytes(let range) = value else { return }
                var entry = message.nested(range)
                while let (inner, value) = try entry.next() {
                    if field == 3, inner == 6, case .bytes(let range) = value { path = message.text(range) }
                    if field == 20, inner == 5, case .number(let found) = value { object = found }
                }
            }
            guard isThere else { return }
            guard let number else { continue }
            if let path { paths[number] = path }
            if let object { memoryObjects[number] = objects[object] }
        }
    }

    /// The objects of `memfd.img` by the number that files refer to.
    private static func memoryObjects(
        _ directory: CRIUDirectory
    ) throws(InputError) -> [UInt64: MemoryObject] {
        guard var messages = try directory.messages("memfd.img", .memoryObjects) else { return [:] }
        var objects: [UInt64: MemoryObject] = [:]
        while true {
            var name = ""
            var number: UInt64 = 0
            var id: UInt64?
            let isThere = try messages.nextFields { message, field, value in
                switch (field, value) {
                case (1, .bytes(let range)): name = message.text(range)
                case (5, .number(let found)): number = found
                case (7, .number(let found)): id = found
                default: break
                }
            }
            guard isThere else { return objects }
            if let id { objects[id] = MemoryObject(name: "/memfd:\(name) (deleted)", number: number) }
        }
    }
}
