import Files
import Glibc

/// Hash functions to be measured: XXH3, which is linked, and those of OpenSSL, which is looked for while the program
/// runs, so that it is built and starts without.
struct SystemHashes {
    /// A function, ready to be called.
    struct Function {
        /// Its name: `SHA-1`.
        var name: String
        /// Whose code it is: `OpenSSL 3.0.17`.
        var library: String
        /// Hashes so many bytes to 64 bytes of output.
        var hash: (UnsafeRawPointer, Int, UnsafeMutableRawPointer) -> Void
    }

    /// A library that is not there, or not as expected.
    struct Missing: Error {
        var reason: String
    }

    private static func open(_ names: [String], package: String) throws(Missing) -> UnsafeMutableRawPointer {
        for name in names {
            if let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) { return library }
        }
        throw Missing(reason: "\(names[0]) is not there; install it (Debian: \(package))")
    }

    private static func symbol<Type>(
        _ library: UnsafeMutableRawPointer, _ name: String, as type: Type.Type
    ) throws(Missing) -> Type {
        guard let address = dlsym(library, name) else {
            throw Missing(reason: "\(name) is not in its library")
        }
        return unsafeBitCast(address, to: type)
    }

    /// XXH3 with 64 bits: what Pagefold hashes bytes with.
    static var xxh3: Function {
        Function(name: "XXH3", library: ContentHash.library) { input, count, output in
            output.storeBytes(of: ContentHash.of(input, count: count), as: UInt64.self)
        }
    }

    /// `SHA-1` or `SHA-256` of OpenSSL, by one call of EVP_Digest a hash, as `openssl speed` does.
    static func openSSL(_ name: String) throws(Missing) -> Function {
        let library = try open(["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"], package: "libssl3")
        typealias Fetch =
            @convention(c) (OpaquePointer?, UnsafePointer<CChar>, UnsafePointer<CChar>?) -> OpaquePointer?
        typealias Fixed = @convention(c) () -> OpaquePointer?
        typealias Digest =
            @convention(c) (
                UnsafeRawPointer, Int, UnsafeMutableRawPointer, UnsafeMutablePointer<UInt32>?, OpaquePointer?,
                OpaquePointer?
            ) -> Int32
        typealias Version = @convention(c) (Int32) -> UnsafePointer<CChar>?
        let digest = try symbol(library, "EVP_Digest", as: Digest.self)
        // Fetching once is what version 3 asks for; before, there was nothing to fetch.
        var method: OpaquePointer?
        if dlsym(library, "EVP_MD_fetch") != nil {
            method = try symbol(library, "EVP_MD_fetch", as: Fetch.self)(nil, name, nil)
        } else {
            let old = name == "SHA-1" ? "EVP_sha1" : "EVP_sha256"
            method = try symbol(library, old, as: Fixed.self)()
        }
        guard let method else { throw Missing(reason: "OpenSSL does not offer \(name) here") }
        let version = try symbol(library, "OpenSSL_version", as: Version.self)(0).map { String(cString: $0) }
        let words = (version ?? "OpenSSL").split(separator: " ").prefix(2).joined(separator: " ")
        return Function(name: name, library: words) { input, count, output in
            _ = digest(input, count, output, nil, method, nil)
        }
    }

    /// Whether `function` gives what is published for the three bytes `abc`.
    static func isRight(_ function: Function, _ published: [UInt8]) -> Bool {
        var output = [UInt8](repeating: 0, count: 64)
        let input: [UInt8] = Array("abc".utf8)
        output.withUnsafeMutableBytes { room in
            input.withUnsafeBytes { bytes in
                guard let from = bytes.baseAddress, let to = room.baseAddress else { return }
                function.hash(from, bytes.count, to)
            }
        }
        return Array(output.prefix(published.count)) == published
    }
}
