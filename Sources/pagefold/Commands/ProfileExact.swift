import ArgumentParser
import Experiments
import PageContent

struct ProfileExact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exact",
        abstract: "Counts equal pages of snapshots as the kernel's KSM would, all on one node.",
        discussion: """
            The numbers are those under /sys/kernel/mm/ksm once nothing changes any more, with use_zero_pages on:
            pages_shared, pages_sharing, pages_unshared, ksm_zero_pages, and for each snapshot the
            ksm_merging_pages of its process. scripts/ksm compares them with what a kernel does.

            Examples:
              pagefold profile exact snapshots
              pagefold profile exact snapshots --json
            """)

    @OptionGroup var input: SnapshotInput

    @Option(
        help: ArgumentHelp("Users of a page beyond which there is another copy.", valueName: "count"))
    var maxPageSharing = ExactPageCounts.mostUsers

    @OptionGroup var format: ResultFormat

    func validate() throws {
        if maxPageSharing < 2 { throw ValidationError("--max-page-sharing takes 2 or more.") }
    }

    func run() throws {
        let sets = try input.open(comparingPlaces: false).map(\.pages)
        let counts = ExactPageCounts(
            of: sets, mostUsers: maxPageSharing, threads: input.threads)
        let bySnapshot = bySnapshot(sets, counts)
        let totals = totals(counts)
        format.print(
            text: totals.text(width: Terminal.width) + "\n" + bySnapshot.text(width: Terminal.width),
            markdown: totals.markdown + "\n" + bySnapshot.markdown, csv: totals.csv,
            json: .object([("totals", totals.json), ("snapshots", bySnapshot.json)]))
    }

    private func totals(_ counts: ExactPageCounts) -> NumberTable {
        var table = NumberTable([
            .numbers("pages"), .numbers("ksm_zero_pages"), .numbers("pages_shared"),
            .numbers("pages_sharing"), .numbers("pages_unshared"),
        ])
        table.add(
            [counts.pages, counts.zeroPages, counts.shared, counts.sharing, counts.unshared].map {
                .whole(UInt64($0))
            })
        return table
    }

    private func bySnapshot(_ sets: [PageSet], _ counts: ExactPageCounts) -> NumberTable {
        var table = NumberTable(
            [
                .words("function"), .numbers("instance"), .numbers("pages"), .numbers("ksm_merging_pages"),
                .numbers("ksm_zero_pages"),
            ], labels: 2)
        for (index, set) in sets.enumerated() {
            let numbers = [set.label.instance, set.count, counts.merging[index], counts.zeros[index]]
            table.add([.string(set.label.function)] + numbers.map { .whole(UInt64($0)) })
        }
        return table
    }
}
