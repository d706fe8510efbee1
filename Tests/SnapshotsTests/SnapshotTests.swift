import PageContent
import Snapshots
import Testing

@Suite struct SnapshotTests {
    @Test func labelsAreKeptInOrderOfTheirNames() {
        let pages = PageSet(
            label: InstanceLabel(function: "f", instance: 0), memory: PageMemory(copying: [UInt8]()),
            kinds: [],
            places: [])
        let snapshot = Snapshot(
            pages: pages,
            labels: [
                SnapshotLabel(name: "point", value: "import"), SnapshotLabel(name: "kernel", value: "6"),
            ])
        #expect(snapshot.labels.map(\.name) == ["kernel", "point"])
    }
}
