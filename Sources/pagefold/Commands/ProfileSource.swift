import ArgumentParser
import Files
import PageContent
import Snapshots

/// Snapshots that a profile is made of, with the key of their capture.
struct ProfileSource: ParsableArguments {
    @OptionGroup var input: SnapshotInput

    @Option(
        help: ArgumentHelp(
            "The file with the capture's key, made if there is none (default: capture.key beside the snapshots).",
            valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("How many pairs of target and base instance.", valueName: "number"))
    var pairings = 5

    func validate() throws {
        if !(1...1_000_000).contains(pairings) {
            throw ValidationError("--pairings must be from 1 to 1000000.")
        }
    }

    /// A builder of the profile.
    func builder(measures: [DedupSettings], records: [DedupSettings] = []) throws -> ProfileBuilder {
        let snapshots = try input.open()
        let key = try CaptureKey(path: self.key ?? input.defaultKeyPath())
        do throws(ProfileBuilder.TooFewInstances) {
            return try ProfileBuilder(
                instances: snapshots.map { snapshot in
                    ProfileBuilder.Instance(
                        pages: snapshot.pages,
                        labels: ProfileSource.labels(of: snapshot))
                },
                options: ProfileBuilder.Options(
                    measures: measures, records: records, pairings: pairings, threads: input.threads),
                key: key.key, capture: key.capture)
        } catch {
            throw InputError(
                "there is only one snapshot of the function `\(error.function)`",
                remedy: "a profile compares instances: take at least two, better five")
        }
    }

    /// The labels of `snapshot`, and what of its provenance decides what a profile may be compared with.
    private static func labels(of snapshot: Snapshot) -> [ProfileLabel] {
        let provenance = snapshot.provenance
        let added = [
            ("region-names", provenance.naming.name),
            ("zero-pages", provenance.leavesZerosOut ? "left out" : "counted"),
            ("files", provenance.knowsFiles ? "known" : "unknown"),
        ].map { SnapshotLabel(name: $0.0, value: $0.1) }
        let given = snapshot.labels.map(\.name)
        return (snapshot.labels + added.filter { !given.contains($0.name) })
            .map { ProfileLabel(name: $0.name, value: $0.value) }
    }
}
