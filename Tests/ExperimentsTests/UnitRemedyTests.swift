import Experiments
import Files
import Testing

@Suite struct UnitRemedyTests {
    @Test(arguments: [
        ("10m", "did you mean 10 min or 10 ms?"), ("10 M", "did you mean 10 min or 10 ms?"), ("3 hrs", "'h'"),
        ("5 mins", "did you mean 'min'?"), ("250 millis", "'ms'"), ("7 usec", "'us'"), ("2 Min", "'min'"),
        ("1 week", "as days"), ("1 y", "365 days"), ("1h30m", "one number and one unit, such as 10 min"),
        ("1,5 s", "with a point: 1.5 s"), ("1,500 s", "write 1.500 s with a point, or 1500 s"),
        ("1_000 s", "without separators"), ("0x10 s", "decimal digits"), ("1:30", "one number and one unit"),
        ("10 x", "the units are ns, us, ms, s, min, h, days"), ("10", "has no unit"), ("NaN s", "expected"),
    ])
    func aDurationThatIsNoneSaysWhatMayBeMeant(text: String, part: String) {
        let message = Quantity.faultOfDuration(text)
        #expect(message.contains(part), "\(message)")
    }

    @Test(arguments: [
        ("2G", "did you mean 2 GiB or 2 GB?"), ("2 g", "2 GiB or 2 GB"), ("512M", "512 MiB or 512 MB"),
        ("4K", "4 KiB or 4 KB"), ("1T", "1 TiB or 1 TB"), ("2Gi", "'GiB'"), ("2 mb", "2 MB or 2 MiB"),
        ("2 gib", "'GiB'"), ("3 megabytes", "3 MB or 3 MiB"), ("1,5 GiB", "1.5 GiB"),
        ("5 min", "the units are B, KB"),
    ])
    func anAmountOfMemoryThatIsNoneSaysWhatMayBeMeant(text: String, part: String) {
        let message = Quantity.faultOfMemory(text)
        #expect(message.contains(part), "\(message)")
    }

    @Test func whatIsRightHasNoFault() {
        #expect(Quantity.faultOfDuration("10 min") == "" && Quantity.faultOfMemory("2 GiB") == "")
    }

    @Test func ratesSayItToo() {
        let error = errors(
            of: "name: a\nworkload: {poisson: {rate: 3 /m}}\ncluster: {nodes: [{count: 1, memory: 1 GiB}]}")
        #expect(error.first?.contains("did you mean 3 /min or 3 /ms?") == true, "\(error)")
    }

    @Test func aByteOrderMarkIsNoPartOfAnExperiment() throws {
        let plain = try read(smallExperiment)
        #expect(try read("\u{FEFF}" + smallExperiment).resolved == plain.resolved)
        #expect(
            errors(of: "\u{FEFF}" + smallExperiment + "\nsede: 3").first?.hasPrefix("test.yaml:7: ") == true)
    }
}
