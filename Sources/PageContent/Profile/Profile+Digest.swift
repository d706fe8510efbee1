import EventKernel
import Files

extension Profile {
    /// A digest of everything in the profile, as 16 hexadecimal digits: the same for equal profiles, however and
    /// wherever their files were written.
    public var digest: String {
        var body = GrowingBytes()
        body.append(self)
        var digest = Digest()
        digest.update(body.bytes)
        return digest.text
    }
}
