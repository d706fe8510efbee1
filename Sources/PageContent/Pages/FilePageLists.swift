extension FilePage {
    /// How many pages of an ascending list none of other ascending lists has.
    static func missing(_ pages: [FilePage], among others: [[FilePage]]) -> Int {
        others.reduce(pages) { rest, other in
            var place = 0
            return rest.filter { page in
                while place < other.count && other[place] < page { place += 1 }
                return place == other.count || other[place] != page
            }
        }.count
    }

    /// How many pages two ascending lists, each page once, have in common.
    static func common(_ a: [FilePage], _ b: [FilePage]) -> Int { a.count - missing(a, among: [b]) }
}
