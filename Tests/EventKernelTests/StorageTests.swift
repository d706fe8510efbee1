import EventKernel
import Testing

@Suite("Slab, tournament and amounts of memory")
struct StorageTests {
    @Test("A slab behaves as an array does", arguments: 1...20)
    func slabAgainstArray(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 10)
        var array = (0..<stream.below(40)).map { _ in stream.next() }
        var slab = Slab(array)
        for _ in 0..<2_000 {
            switch stream.below(10) {
            case 0..<5:
                let word = stream.next()
                array.append(word)
                slab.append(word)
            case 5..<7 where !array.isEmpty:
                #expect(slab.removeLast() == array.removeLast())
            case 7..<9 where !array.isEmpty:
                let place = Int(stream.below(UInt64(array.count)))
                array[place] &+= 3
                slab[place] &+= 3
            default:
                if stream.below(100) == 0 {
                    array.removeAll()
                    slab.removeAll()
                }
            }
            #expect(slab.count == array.count)
        }
        #expect((0..<slab.count).map { slab[$0] } == array)
    }

    @Test("A slab of copies holds that many")
    func slabOfCopies() {
        let slab = Slab(repeating: UInt32(7), count: 1_000)
        #expect((0..<slab.count).map { slab[$0] } == Array(repeating: 7, count: 1_000))
        #expect(Slab<UInt8>().count == 0)
    }

    @Test("The tournament agrees with a search of all numbers", arguments: 1...60)
    func tournamentAgainstModel(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 11)
        let count = 1 + Int(stream.below(70))
        let range = 1 + stream.below(12)
        var numbers = (0..<count).map { _ in stream.below(range) }
        var tree = MaxTree(numbers)
        #expect(tree.count == count)
        for _ in 0..<400 {
            let place = Int(stream.below(UInt64(count)))
            let number = stream.below(50) == 0 ? UInt64.max : stream.below(range)
            numbers[place] = number
            tree.set(place, to: number)
            #expect(tree.maximum == numbers.max())
            #expect(tree.indexOfMaximum == numbers.firstIndex(of: tree.maximum))
            let start = Int(stream.below(UInt64(count) + 2))
            let least = stream.below(range + 2)
            let expected = numbers.indices.first { $0 >= start && numbers[$0] >= least }
            #expect(tree.first(from: start, atLeast: least) == expected)
        }
        #expect((0..<count).map { tree[$0] } == numbers)
    }

    @Test("Amounts of memory convert, and refuse what is not an amount")
    func bytes() {
        #expect(Bytes.gibibytes(2) == Bytes.mebibytes(2_048))
        #expect(Bytes.mebibytes(3) == Bytes.kibibytes(3_072))
        #expect(Bytes.gibibytes(3).gibibytes == 3)
        #expect(Bytes.mebibytes(5).mebibytes == 5)
        #expect(Bytes(mebibytes: 0.5) == Bytes(524_288))
        #expect(Bytes(mebibytes: -1) == nil)
        #expect(Bytes(mebibytes: .nan) == nil)
        #expect(Bytes(mebibytes: 1e13) == nil)
        var amount = Bytes(10)
        amount += Bytes(5)
        amount -= Bytes(3)
        #expect(amount == Bytes(12))
        #expect(Bytes(1) < Bytes(2))
        #expect(Bytes(9) - Bytes(9) == .zero)
    }
}
