import EventKernel
import Statistics
import Testing

/// Points that fill a space evenly.
@Suite struct LatinHypercubeTests {
    @Test func eachStratumOfEachDimensionHoldsExactlyOnePoint() {
        for (count, dimensions) in [(1, 3), (2, 1), (7, 4), (49, 2), (1_000, 5), (65_537, 2)] {
            for seed in 0..<5 as Range<UInt64> {
                let rows = LatinHypercube.sample(count: count, dimensions: dimensions, seed: seed)
                #expect(rows.count == count && rows.allSatisfy { $0.count == dimensions })
                for dimension in 0..<dimensions {
                    let column = rows.map { $0[dimension] }
                    #expect(column.allSatisfy { $0 >= 0 && $0 < 1 })
                    #expect(column.map { Int($0 * Double(count)) }.sorted() == Array(0..<count))
                }
            }
        }
    }

    @Test func aSeedGivesTheSamePointsAndAnotherSeedOthers() {
        let sample = LatinHypercube.sample(count: 20, dimensions: 3, seed: 7)
        #expect(sample == LatinHypercube.sample(count: 20, dimensions: 3, seed: 7))
        #expect(sample != LatinHypercube.sample(count: 20, dimensions: 3, seed: 8))
        let wider = LatinHypercube.sample(count: 20, dimensions: 4, seed: 7)
        #expect(sample == wider.map { Array($0.prefix(3)) })
        // As every machine must draw them.
        #expect(
            LatinHypercube.sample(count: 2, dimensions: 1, seed: 1).map { $0[0].bitPattern } == [
                4_592_091_706_494_918_988, 4_603_241_427_656_601_090,
            ])
    }

    @Test func theOrdersAndPositionsAreUniformAndTheDimensionsUnrelated() {
        let repetitions = 20_000
        var first = Array(repeating: 0, count: 4)
        var (within, products) = (0.0, 0.0)
        for seed in 0..<UInt64(repetitions) {
            let rows = LatinHypercube.sample(count: 4, dimensions: 2, seed: seed)
            first[Int(rows[0][0] * 4)] += 1
            within += (rows[1][1] * 4).truncatingRemainder(dividingBy: 1)
            products += (rows[2][0] - 0.5) * (rows[2][1] - 0.5)
        }
        let n = Double(repetitions)
        // Five standard errors each.
        #expect(first.allSatisfy { (Double($0) / n - 0.25).magnitude < 5 * (0.1875 / n).squareRoot() })
        #expect((within / n - 0.5).magnitude < 5 * (1 / 12.0 / n).squareRoot())
        #expect((products / n).magnitude < 5 / 12.0 / n.squareRoot())
    }

    @Test func nothingAskedForIsNothing() {
        #expect(LatinHypercube.sample(count: 0, dimensions: 3, seed: 1) == [])
        #expect(LatinHypercube.sample(count: 2, dimensions: 0, seed: 1) == [[], []])
    }
}
