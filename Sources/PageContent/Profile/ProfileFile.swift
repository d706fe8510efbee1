import CZstd
import EventKernel
import Files
import Glibc

/// The file that holds a profile: `.pfprofile`.
///
/// A magic word, the version, the digest and the size of the body, and the body compressed with zstd. Whatever is not
/// a number that can stand there is refused, and no file makes the reader take more than about 1.5 gigabytes.
public enum ProfileFile {
    static let magic: UInt64 = 0x656C_6966_6F72_5046  // "PFrofile" in the file
    static let version: UInt32 = 1
    private static let headerSize = 32

    /// The largest body that is read, in bytes.
    static let largestBody: UInt64 = 64 << 20

    /// Reads the profile at `path`.
    /// - Throws: `InputError` when it cannot be read, is damaged, or has another version.
    public static func read(_ path: String) throws(InputError) -> Profile {
        let storage = try ByteStorage(mapping: path)
        // The bytes must not go while they are read.
        defer { withExtendedLifetime(storage) {} }
        return try decode(storage.bytes, name: path)
    }

    /// Writes `profile` to `path`, as a whole or not at all.
    /// - Throws: `InputError` when it cannot be written.
    public static func write(_ profile: Profile, to path: String) throws(InputError) {
        var file = try AtomicFile(path: path)
        let bytes = encode(profile)
        let storage = ByteStorage(copying: bytes)
        try file.write(storage)
        try file.commit()
    }

    /// The bytes of a profile's file.
    static func encode(_ profile: Profile) -> [UInt8] {
        var body = GrowingBytes()
        body.append(profile)
        var digest = Digest()
        digest.update(body.bytes)
        var room = [UInt8](repeating: 0, count: ZSTD_compressBound(body.count))
        let compressed = ZSTD_compress(&room, room.count, body.bytes.baseAddress, body.count, 19)
        precondition(ZSTD_isError(compressed) == 0, "zstd failed")
        var header = GrowingBytes(capacity: headerSize)
        header.append(word: magic)
        header.append(half: version)
        header.append(half: 0)
        header.append(word: digest.value)
        header.append(word: UInt64(body.count))
        return Array(header.bytes) + room.prefix(compressed)
    }

    /// The profile in the bytes of a file called `name`.
    static func decode(_ bytes: UnsafeRawBufferPointer, name: String) throws(InputError) -> Profile {
        guard bytes.count >= headerSize,
            UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) == magic
        else {
            throw InputError(
                file: name, "is not a Pagefold profile", remedy: "make one with `pagefold profile build`")
        }
        let found = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        guard found == version else {
            throw InputError(
                file: name, "has version \(found) of the profile format; this program reads \(version)",
                remedy: "make it anew with this version of Pagefold")
        }
        do throws(ByteDecoder.Damage) {
            return try body(bytes)
        } catch {
            throw InputError(
                file: name, "is damaged or was cut short", remedy: "copy it anew, or make it anew")
        }
    }

    private static func body(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ByteDecoder.Damage) -> Profile {
        var header = ByteDecoder(UnsafeRawBufferPointer(rebasing: bytes[16...]))
        let expected = try header.word()
        let size = try header.word()
        guard size <= largestBody, size > 0 else { throw ByteDecoder.Damage() }
        let packed = UnsafeRawBufferPointer(rebasing: bytes[headerSize...])
        // Untouched room costs nothing, so a size that lies costs nothing either.
        guard let room = malloc(Int(size)) else { throw ByteDecoder.Damage() }
        defer { free(room) }
        guard ZSTD_decompress(room, Int(size), packed.baseAddress, packed.count) == Int(size) else {
            throw ByteDecoder.Damage()
        }
        let body = UnsafeRawBufferPointer(start: room, count: Int(size))
        var digest = Digest()
        digest.update(body)
        guard digest.value == expected else { throw ByteDecoder.Damage() }
        var decoder = ByteDecoder(body)
        let profile = try decoder.profile()
        guard decoder.left == 0 else { throw ByteDecoder.Damage() }
        return profile
    }
}
