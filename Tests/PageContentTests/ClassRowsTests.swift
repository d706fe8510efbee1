import Testing

@testable import PageContent

@Suite struct ClassRowsTests {
    /// Two base functions. Four pages like the first's, three a little like either's, five like nobody's, two zero.
    private let classes = ClassRows(
        rows: [
            ClassRows.Row(levels: [.tiny, .none], count: 4, lz4: 4 * 3000, zstd: 4 * 2000),
            ClassRows.Row(levels: [.middling, .middling], count: 3, lz4: 3 * 300, zstd: 3 * 200),
            ClassRows.Row(levels: [.none, .none], count: 5, lz4: 5 * 4096, zstd: 5 * 1000),
        ],
        zeroPages: 2, levelMeans: Array(repeating: [10, 100, 700, 2000, 3000], count: 2),
        pairings: 2, isTied: false)

    @Test func aSetTakesTheSmallestPatch() throws {
        let both = try classes.predict(bases: [0, 1])
        #expect(both.pages == 7)
        #expect(both.stored == Double(4 * (10 + 16) + 3 * (700 + 16) + 5 * (4096 + 8) + 2 * 8) / 2)
        #expect(both.patched == [3.5, 0])
        #expect(both.hitRate == 0.5)
        let second = try classes.predict(bases: [1])
        #expect(second.patched == [0, 1.5])
        #expect(second.stored == Double(3 * (700 + 16) + 9 * (4096 + 8) + 2 * 8) / 2)
    }

    @Test func tiesGoToThePreferredBase() throws {
        #expect(try classes.predict(bases: [0, 1], preferred: 1).patched == [2, 1.5])
        #expect(try classes.predict(bases: [0], preferred: 1).patched == [3.5, 0])
    }

    @Test func placesAreTakenAsTheyCome() throws {
        let row = ClassRows.Row(levels: [.futile, .tiny, .none], count: 6, lz4: 6 * 4096, zstd: 6 * 4096)
        var places = ClassRows(
            rows: [row], zeroPages: 0,
            levelMeans: Array(repeating: [10, 100, 700, 2000, 3000], count: 3), pairings: 1, isTied: true)
        // The first base has a page at this place, whose patch is too large: the page stays as it is.
        #expect(try places.predict(bases: [0, 1, 2]).saving < 0)
        #expect(try places.predict(bases: [0, 1, 2], preferred: 1).hitRate == 1)
        #expect(try places.predict(bases: [1, 2], preferred: 2).hitRate == 1)
        places.isTied = false
        #expect(try places.predict(bases: [0, 1, 2]).hitRate == 1)
    }

    @Test func compressionTakesWhatIsSmallerThatWay() throws {
        let rest = try classes.predict(bases: [0], compression: .lz4)
        // The middling patches are larger than these pages compressed; incompressible pages stay.
        #expect(rest.stored == Double(4 * 26 + 3 * 308 + 5 * 4104 + 16) / 2)
        #expect(rest.patched == [2, 0])
        #expect(
            try classes.predict(bases: [], compression: .zstd).stored
                == Double(4 * 2008 + 3 * 208 + 5 * 1008 + 16) / 2)
    }

    @Test func whatWasNeverMeasuredIsAnError() {
        var merged = classes
        for row in merged.rows.indices { merged.rows[row].levels[1] = .unknown }
        #expect(throws: Unmeasured(base: 1)) { try merged.predict(bases: [0, 1]) }
        #expect(throws: Never.self) { try merged.predict(bases: [0]) }
    }

    @Test func rareRowsJoinTheRowMostLikeThem() {
        func row(_ levels: [PatchLevel], _ count: Int) -> ClassRows.Row {
            ClassRows.Row(levels: levels, count: count, lz4: count, zstd: count)
        }
        let joined = ClassRowsBuilder.joined([
            row([.tiny, .tiny], 5), row([.tiny, .small], 2), row([.none, .large], 1), row([.none, .none], 3),
        ])
        #expect(joined == [row([.tiny, .tiny], 7), row([.none, .none], 4)])
        #expect(ClassRowsBuilder.joined([row([.tiny], 1), row([.none], 1)]) == [row([.tiny], 2)])
        #expect(ClassRowsBuilder.joined([]) == [])
    }

    @Test func levelsEndWhereTheySay() {
        let ends: [(Int?, PatchLevel)] = [
            (0, .tiny), (32, .tiny), (33, .small), (256, .small), (257, .middling), (1024, .middling),
            (1025, .large), (2048, .large), (2049, .huge), (4095, .huge), (nil, .futile),
        ]
        for (size, level) in ends { #expect(PatchLevel(size: size) == level) }
    }
}
