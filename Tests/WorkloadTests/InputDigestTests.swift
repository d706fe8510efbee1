import Testing
import Workload

/// What a trace remembers of the files that it was made of.
@Suite struct InputDigestTests {
    @Test(arguments: [16, 1 << 20])
    func theDigestOfATextFileIsWhatXxhsumPrints(bufferSize: Int) throws {
        let directory = try TemporaryDirectory()
        var reader = try CSVReader(path: try directory.write("a.csv", "a,b\n1,2\n"), bufferSize: bufferSize)
        while try reader.next() {}
        // printf 'a,b\n1,2\n' | xxhsum -H3
        #expect(reader.digest == "4a7481c81cede86c")
    }
}
