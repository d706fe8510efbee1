import EventKernel
import Files
import Foundation
import Workload

@testable import PageContent
@testable import Simulator

/// Units that are applications with these names and numbers of pages.
func contentUnits(_ units: [(name: String, pages: UInt64)]) -> UnitTable {
    var table = UnitTable(
        workload: workload(
            memory: units.map { _ in 1 }, execution: .perCall, calls: .events(EventList([])), horizon: 1),
        unit: .application)
    table.names = units.map(\.name)
    table.memory = units.map { Bytes($0.pages * 4096) }
    return table
}

/// Three functions of 100 pages, two of them of one family, with rows that can be worked out by hand. Patches of the five
/// levels have 10, 100, 600, 1500 and 3000 bytes against any base; a page takes 2000 bytes with LZ4, 1000 with zstd.
func contentProfile(settings: DedupSettings = DedupSettings()) -> Profile {
    func rows(_ rows: [(Int, [PatchLevel])], zero: Int = 0) -> ClassRows {
        ClassRows(
            rows: rows.map { ClassRows.Row(levels: $1, count: $0, lz4: $0 * 2000, zstd: $0 * 1000) },
            zeroPages: zero, levelMeans: Array(repeating: [10, 100, 600, 1500, 3000], count: 3), pairings: 1,
            isTied: false)
    }
    let names = ["authenc", "linalg", "vanilla"]
    let classes = [
        rows([(50, [.tiny, .none, .small]), (50, [.none, .none, .none])]),
        rows([(30, [.none, .tiny, .none]), (20, [.small, .tiny, .large]), (50, [.none, .none, .none])]),
        rows(
            [
                (40, [.small, .none, .tiny]), (20, [.middling, .middling, .middling]),
                (30, [.none, .none, .none]),
            ], zero: 10),
    ]
    return Profile(
        figures: names.enumerated().map { number, name in
            let zero = Double(classes[number].zeroPages)
            var function = FunctionProfile(figures: name, pages: 100, zeroPages: zero, among: 3)
            function.lz4[3] = FunctionProfile.CompressedBin(count: 100 - zero, mean: 2000)
            function.zstd[1] = FunctionProfile.CompressedBin(count: 100 - zero, mean: 1000)
            return function
        },
        measures: [Profile.Measure(settings: settings, classes: classes)])
}

/// A profile of `experiments/profiles`.
func shippedProfile(_ name: String) throws -> Profile {
    let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try ProfileFile.read(root.appendingPathComponent("experiments/profiles/\(name).pfprofile").path)
}

extension StoredImage {
    /// The share of the pages' memory that is saved.
    var saving: Double { 1 - Double(bytes + metadata) / Double(pages * 4096) }
}

extension StoredImage {
    /// Whether all of it is the same.
    static func == (a: StoredImage, b: StoredImage) -> Bool {
        (a.bytes, a.metadata, a.pages, a.patchedPages, a.compressedPages)
            == (b.bytes, b.metadata, b.pages, b.patchedPages, b.compressedPages)
            && a.references.elementsEqual(b.references) {
                ($0.sandbox, $0.node, $0.unit, $0.pages) == ($1.sandbox, $1.node, $1.unit, $1.pages)
            }
    }
}
