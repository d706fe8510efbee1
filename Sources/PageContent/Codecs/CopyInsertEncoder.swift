/// Makes patches of `CopyInsertFormat`: first compares page and base word by word and looks for relocations, then
/// finds for each word that differs the operation that costs least.
struct CopyInsertEncoder {
    typealias Format = CopyInsertFormat

    /// The largest patch that is ever made: twice a page, more than any patch takes.
    static let largest = 2 * Page.size

    /// The patch so far.
    let patch = UnsafeMutableRawPointer.allocate(byteCount: largest + 128, alignment: 64)
    private let relocated = UnsafeMutableRawPointer.allocate(byteCount: 2 * Page.size, alignment: 64)
    /// Bit i says that word i differs from the prediction; the second half is for trying relocations.
    private let differing = UnsafeMutablePointer<UInt64>.allocate(capacity: 16)
    /// The last 8 remembered words and their differences from the predictions.
    private let ring = UnsafeMutablePointer<UInt64>.allocate(capacity: 16)
    private var table = PageWordTable()
    private let relocations = CopyInsertRelocationFinder()

    // Of the page being encoded.
    private var page: UnsafeRawPointer
    private var base: UnsafeRawPointer
    private var size = 0
    private var shift = 0
    /// Words before this one are in the patch.
    private var written = 0
    private var remembered = 0
    private var isTableFilled = false
    /// Raw words right before `written` that the patch does not hold yet.
    private var pendingRaws = 0
    /// The skip before the pending raw words.
    private var pendingSkip = 0
    /// How many more searches at odd bytes this page gets.
    private var oddSearches = 0

    init() {
        page = UnsafeRawPointer(relocated)
        base = page
    }

    /// Gives its memory back; to be called once, at the end.
    func deallocate() {
        patch.deallocate()
        relocated.deallocate()
        differing.deallocate()
        ring.deallocate()
        table.deallocate()
        relocations.deallocate()
    }

    /// Makes the patch and returns its size; nil when it is larger than `limit`.
    mutating func encode(_ page: UnsafeRawPointer, base: UnsafeRawPointer, limit: Int) -> Int? {
        self.page = page
        self.base = base
        guard limit >= 1 else { return nil }
        patch.storeBytes(of: Format.version << 4, as: UInt8.self)
        size = 1
        let count = PageWords.compare(page, base, into: differing)
        if count == 0 { return 1 }
        shift = 0
        written = 0
        remembered = 0
        isTableFilled = count <= 2
        pendingRaws = 0
        oddSearches = 64
        ring.update(repeating: 0, count: 16)
        if isTableFilled { table.clear() }
        if count >= CopyInsertRelocationFinder.fewest { relocate(count) }
        var word = 0
        while let next = nextDiffering(from: word) {
            word = encodeWord(next)
            if size &+ pendingRaws &* 8 > limit { return nil }
        }
        flushRaws()
        return size <= limit ? size : nil
    }

    // MARK: - The prediction

    /// Relocates the base where that makes more words equal.
    private mutating func relocate(_ differences: Int) {
        relocations.count(page, base, differing)
        var differences = differences
        var accepted: UInt8 = 0
        var (target, spare) = (relocated, relocated + Page.size)
        var (bits, spareBits) = (differing, differing + 8)
        while Int(accepted) < Format.relocations, let relocation = relocations.next() {
            let left = relocation.apply(to: base, into: target, comparedTo: page, spareBits)
            if left &+ CopyInsertRelocationFinder.fewest > differences { continue }
            size &+= relocation.write(to: patch + size)
            accepted &+= 1
            differences = left
            base = UnsafeRawPointer(target)
            swap(&target, &spare)
            swap(&bits, &spareBits)
        }
        patch.storeBytes(of: Format.version << 4 | accepted, as: UInt8.self)
        if bits != differing { differing.update(from: bits, count: 8) }
    }

    @inline(__always)
    private func nextDiffering(from word: Int) -> Int? {
        var block = word >> 6
        if block >= 8 { return nil }
        var bits = differing[block] & (UInt64.max << UInt64(word & 63))
        while bits == 0 {
            block &+= 1
            if block == 8 { return nil }
            bits = differing[block]
        }
        return block &* 64 &+ bits.trailingZeroBitCount
    }

    @inline(__always)
    private func differs(_ word: Int) -> Bool { differing[word >> 6] >> UInt64(word & 63) & 1 != 0 }

    @inline(__always)
    private func pageWord(_ word: Int) -> UInt64 {
        page.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
    }

    @inline(__always)
    private func baseWord(at offset: Int) -> UInt64 {
        base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// What the base says of `word`.
    @inline(__always)
    private func predicted(_ word: Int) -> UInt64 {
        let offset = word &* 8 &+ shift
        guard offset >= 0, offset <= Page.size &- 8 else { return 0 }
        return baseWord(at: offset)
    }

    // MARK: - Words

    /// Encodes `word`, which differs, and maybe some after it; returns the word after them.
    private mutating func encodeWord(_ word: Int) -> Int {
        let value = pageWord(word)
        if value == 0 { return encodeZeros(word) }
        if !isTableFilled {
            isTableFilled = true
            table.fill(base)
        }
        let found = table.find(value, page: page, base: base)
        if found >= 0, found < Format.words, let end = encodeRun(word, from: found &* 8) { return end }
        let prediction = predicted(word)
        let difference = value &- prediction
        for age in 0..<4 where ring[8 &+ ((remembered &- 1 &- age) & 7)] == difference {
            token(Format.sum &+ UInt8(truncatingIfNeeded: age), at: word)
            return take(word, value, indexing: found < 0)
        }
        let change = value ^ prediction
        if change <= 0xFF {
            token(Format.low1, at: word)
            append(value, bytes: 1)
            return take(word, value, indexing: found < 0)
        }
        if found >= 0 {
            if found >= Format.words, let end = encodePageRun(word, from: found &- Format.words) {
                return end
            }
            token(Format.copy &+ UInt8(truncatingIfNeeded: found >> 8), at: word)
            append(UInt64(found & 255), bytes: 1)
            return take(word, value, indexing: false)
        }
        return encodeNew(word, value, change)
    }

    @inline(__always)
    private mutating func take(_ word: Int, _ value: UInt64, indexing: Bool) -> Int {
        if indexing { table.insert(value, Format.words &+ word) }
        written = word &+ 1
        return word &+ 1
    }

    private mutating func encodeZeros(_ word: Int) -> Int {
        var end = word &+ 1
        var scan = end
        while scan < Format.words, pageWord(scan) == 0 {
            scan &+= 1
            if differs(scan &- 1) { end = scan }
        }
        if end == word &+ 1 {
            token(Format.zero, at: word)
        } else {
            token(Format.zeros, at: word)
            append(length: end &- word &- 2)
        }
        written = end
        return end
    }

    // MARK: - Runs

    /// Copies words from byte `offset` of the base if that makes two differing words or more.
    private mutating func encodeRun(_ word: Int, from offset: Int) -> Int? {
        let most = min(Format.words &- word, (Page.size &- offset) >> 3)
        var length = 1
        var useful = 1
        var usefulLength = 1
        while length < most, pageWord(word &+ length) == baseWord(at: offset &+ length &* 8) {
            if differs(word &+ length) {
                useful &+= 1
                usefulLength = length &+ 1
            }
            length &+= 1
        }
        if useful < 2 { return nil }
        if length >= 4, encodeShift(word, after: word &+ length, to: offset &- word &* 8) { return word }
        if offset & 7 == 0 {
            token(Format.copies, at: word)
            append(copyOf: usefulLength, from: offset >> 3)
        } else {
            token(Format.bytes, at: word)
            append(UInt64(offset | usefulLength << 12), bytes: 3)
        }
        written = word &+ usefulLength
        return written
    }

    /// Repeats words of the page itself.
    private mutating func encodePageRun(_ word: Int, from source: Int) -> Int? {
        var length = 1
        var useful = 1
        var usefulLength = 1
        while word &+ length < Format.words, pageWord(word &+ length) == pageWord(source &+ length) {
            if differs(word &+ length) {
                useful &+= 1
                usefulLength = length &+ 1
            }
            length &+= 1
        }
        if useful < 2 { return nil }
        token(Format.copies, at: word)
        append(copyOf: usefulLength, from: Format.words &+ source)
        written = word &+ usefulLength
        return written
    }

    /// Moves the predictions by `shift` if they are better then from `end` on.
    private mutating func encodeShift(_ word: Int, after end: Int, to shift: Int) -> Bool {
        if shift == self.shift { return false }
        let last = min(end &+ 16, Format.words)
        var now = 0
        var then = 0
        for word in end..<last {
            now &+= differs(word) ? 1 : 0
            let offset = word &* 8 &+ shift
            let isThere = offset >= 0 && offset <= Page.size &- 8
            then &+= isThere && baseWord(at: offset) == pageWord(word) ? 0 : 1
        }
        guard then < now || end == Format.words else { return false }
        token(Format.shift, at: word)
        append(UInt64(UInt16(bitPattern: Int16(truncatingIfNeeded: shift))), bytes: 2)
        written = word
        self.shift = shift
        for word in word..<Format.words {
            let offset = word &* 8 &+ shift
            let isThere = offset >= 0 && offset <= Page.size &- 8
            let bit = UInt64(1) << UInt64(word & 63)
            if isThere, baseWord(at: offset) == pageWord(word) {
                differing[word >> 6] &= ~bit
            } else {
                differing[word >> 6] |= bit
            }
        }
        return true
    }

    // MARK: - New words

    /// A word that is nowhere in the base.
    private mutating func encodeNew(_ word: Int, _ value: UInt64, _ change: UInt64) -> Int {
        let own = PageWords.bytes(value)
        let low = PageWords.bytes(change)
        var nearest = UInt64.max
        var age = 0
        for candidate in 0..<8 {
            let distance = value ^ ring[(remembered &- 1 &- candidate) & 7]
            if distance < nearest { (nearest, age) = (distance, candidate) }
        }
        let recent = PageWords.bytes(nearest | 1)
        let isShort = age == 0 ? recent <= 3 : age == 1 && (recent == 2 || recent == 3)
        let recentCost = isShort ? recent : recent &+ 1
        let mask = PageWords.byteMask(change)
        let maskCost = mask.nonzeroBitCount &+ 1
        let lowCost = low <= 3 || low == 7 ? low : 9
        let ownCost = own == 5 ? 6 : own
        let least = min(lowCost, recentCost, maskCost, ownCost, 8)
        if least == 8 { return encodeRaw(word, value) }
        if least == ownCost {
            let operation =
                own <= 4
                ? Format.zeroPadded1 &+ UInt8(truncatingIfNeeded: own &- 1)
                : own == 7 ? Format.zeroPadded7 : Format.zeroPadded6
            token(operation, at: word)
            append(value, bytes: ownCost)
        } else if least == lowCost {
            token(low == 7 ? Format.low7 : Format.low1 &+ UInt8(truncatingIfNeeded: low &- 1), at: word)
            append(value, bytes: low)
        } else if least == recentCost {
            encodeRecent(word, value, age: age, bytes: recent, isShort: isShort)
        } else {
            token(Format.masked, at: word)
            append(UInt64(mask), bytes: 1)
            append(PageWords.gather(value, mask), bytes: mask.nonzeroBitCount)
        }
        remember(word, value)
        return take(word, value, indexing: true)
    }

    private mutating func encodeRecent(_ word: Int, _ value: UInt64, age: Int, bytes: Int, isShort: Bool) {
        if isShort {
            let first = age == 0 ? Format.recent0Low1 : Format.recent1Low2 &- 1
            token(first &+ UInt8(truncatingIfNeeded: bytes &- 1), at: word)
        } else {
            token(Format.recent, at: word)
            append(UInt64(age | bytes << 3), bytes: 1)
        }
        append(value, bytes: bytes)
    }

    /// A word as it is, unless it and the next lie at odd bytes of the base.
    private mutating func encodeRaw(_ word: Int, _ value: UInt64) -> Int {
        if oddSearches > 0, word &+ 1 < Format.words, differs(word &+ 1) {
            oddSearches &-= 1
            if let end = encodeOddRun(word, value) {
                oddSearches = 64
                return end
            }
        }
        if pendingRaws == 0 { pendingSkip = word &- written }
        if pendingRaws > 0, word != written {
            flushRaws()
            pendingSkip = word &- written
        }
        pendingRaws &+= 1
        remember(word, value)
        return take(word, value, indexing: true)
    }

    private mutating func encodeOddRun(_ word: Int, _ value: UInt64) -> Int? {
        for places in 1..<8 {
            let window = page.loadUnaligned(fromByteOffset: word &* 8 &+ places, as: UInt64.self)
            let found = table.find(window, page: page, base: base)
            guard found > 0, found < Format.words else { continue }
            let offset = found &* 8 &- places
            guard baseWord(at: offset) == value else { continue }
            if let end = encodeRun(word, from: offset) { return end }
        }
        return nil
    }

    // MARK: - Bytes of the patch

    @inline(__always)
    private mutating func remember(_ word: Int, _ value: UInt64) {
        ring[remembered & 7] = value
        ring[8 &+ (remembered & 7)] = value &- predicted(word)
        remembered &+= 1
    }

    /// Begins a step for `word`.
    @inline(__always)
    private mutating func token(_ operation: UInt8, at word: Int) {
        if pendingRaws > 0 { flushRaws() }
        token(operation, skip: word &- written)
    }

    @inline(__always)
    private mutating func token(_ operation: UInt8, skip: Int) {
        let isLong = skip >= 7
        append(UInt64(operation << 3 | (isLong ? 7 : UInt8(truncatingIfNeeded: skip))), bytes: 1)
        if isLong { append(length: skip &- 7) }
    }

    /// Writes the pending raw words, which end at `written`.
    private mutating func flushRaws() {
        let words = pendingRaws
        if words == 0 { return }
        pendingRaws = 0
        token(words == 1 ? Format.raw : Format.raws, skip: pendingSkip)
        if words > 1 { append(length: words &- 2) }
        (patch + size).copyMemory(from: page + (written &- words) &* 8, byteCount: words &* 8)
        size &+= words &* 8
    }

    /// The lowest `bytes` bytes of `value`; there is always room.
    @inline(__always)
    private mutating func append(_ value: UInt64, bytes: Int) {
        patch.storeBytes(of: value, toByteOffset: size, as: UInt64.self)
        size &+= bytes
    }

    @inline(__always)
    private mutating func append(length: Int) {
        if length < 255 {
            append(UInt64(truncatingIfNeeded: length), bytes: 1)
        } else {
            append(UInt64(truncatingIfNeeded: 255 | (length &- 255) << 8), bytes: 2)
        }
    }

    @inline(__always)
    private mutating func append(copyOf words: Int, from index: Int) {
        let code = min(words &- 2, 63)
        append(UInt64(truncatingIfNeeded: index | code << 10), bytes: 2)
        if code == 63 { append(length: words &- 65) }
    }
}
