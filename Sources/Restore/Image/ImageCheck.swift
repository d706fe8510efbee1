import Files
import PageContent

extension DedupedImage {
    /// How many pages of `process`, which stands still, are not what they were; in a pass of its own, by hash.
    func differences(in process: Int32, _ pages: SandboxPages) throws(InputError) -> Int {
        let contents = try pages.contents(of: process)
        return hashes.indices.count { Page.hash(contents.page($0)) != hashes[$0] }
    }
}
