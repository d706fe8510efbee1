/// The largest of n numbers, kept as a tournament: each change costs O(log n), and so does finding the first
/// number, from any place on, that is large enough.
@frozen
public struct MaxTree: ~Copyable {
    @usableFromInline var tree: Slab<UInt64>
    @usableFromInline let leaves: Int
    /// How many numbers there are.
    public let count: Int

    /// A tournament over these numbers, of which there is at least one.
    public init(_ numbers: [UInt64]) {
        precondition(!numbers.isEmpty, "a tournament needs a player")
        var leaves = 1
        while leaves < numbers.count { leaves *= 2 }
        var tree = [UInt64](repeating: 0, count: 2 * leaves)
        for (index, number) in numbers.enumerated() { tree[leaves + index] = number }
        for place in stride(from: leaves - 1, to: 0, by: -1) {
            tree[place] = max(tree[2 * place], tree[2 * place + 1])
        }
        count = numbers.count
        self.leaves = leaves
        self.tree = Slab(tree)
    }

    /// The number at `index`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> UInt64 { tree[leaves &+ index] }

    /// The largest number.
    @inlinable @inline(__always)
    public var maximum: UInt64 { tree[1] }

    /// Changes the number at `index`.
    /// - Complexity: O(log n), less when an ancestor does not change.
    @inlinable
    public mutating func set(_ index: Int, to value: UInt64) {
        var place = leaves &+ index
        if tree[place] == value { return }
        tree[place] = value
        while place > 1 {
            let parent = place &>> 1
            let winner = max(tree[place], tree[place ^ 1])
            if tree[parent] == winner { return }
            tree[parent] = winner
            place = parent
        }
    }

    /// The lowest index that holds the largest number.
    @inlinable
    public var indexOfMaximum: Int {
        var place = 1
        while place < leaves {
            place = place &* 2
            if tree[place] < tree[place &+ 1] { place &+= 1 }
        }
        return place &- leaves
    }

    /// The first index at or after `start` whose number is at least `least`; nil when there is none.
    @inlinable
    public func first(from start: Int, atLeast least: UInt64) -> Int? {
        guard start < count else { return nil }
        var place = leaves &+ start
        // Climb until a subtree wholly at or after `start` has a large enough number, then descend to its first.
        while tree[place] < least {
            while place & 1 == 1 { place &>>= 1 }
            if place == 0 { return nil }
            place &+= 1
        }
        while place < leaves {
            place = place &* 2
            if tree[place] < least { place &+= 1 }
        }
        let index = place &- leaves
        return index < count ? index : nil
    }
}
