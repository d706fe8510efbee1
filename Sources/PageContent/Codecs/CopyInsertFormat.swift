/// The format of a copy/insert patch, version 1.
///
/// A page and its base are 512 little-endian words of 8 bytes. Most words of a page that has a good base equal the
/// base's word at the same place; most of the others are pointers. So a patch is a list of the words that differ
/// from what the base predicts, and a pointer costs little.
///
///     patch      = header relocation* step*
///     header     = 1 byte: version in the upper 4 bits, number of relocations (0 to 7) in the lower ones
///     relocation = key (2 bytes, little-endian), difference (varint)
///     step       = token [more of the skip] payload
///     token      = 1 byte: operation in the upper 5 bits, skip in the lower 3
///
/// **Relocations** move the base before anything else: each word of the base whose upper half is `key` has
/// `difference` added (modulo 2^64). Address randomisation moves a whole mapping at once, so that one relocation
/// of about seven bytes makes hundreds of pointers equal. The varint holds the difference in zigzag form, shifted
/// left by one; when the lowest bit is set the difference is in units of 4,096.
///
/// **Steps** walk through the page. `skip` words are what the base predicts: the word of the relocated base at
/// the same byte offset plus the current shift (first 0). A skip of 7 and more has 7 in the token and the rest in a
/// length that follows. Then the operation makes the next words. After the last step the rest of the page is as
/// predicted. A length is one byte below 255, or 255 and one more byte, which is added.
///
/// A prediction outside the base is 0 where an operation refers to it and damage where words are copied. The
/// operations that write a new word (from `low2` to `zeroPadded7`) remember the word and its
/// difference from the prediction; `recent…` and `sum…` operations refer to the last 8 words and 4 differences.
enum CopyInsertFormat {
    static let version: UInt8 = 1
    static let words = Page.size / 8
    /// The most relocations in a patch.
    static let relocations = 7
}

/// What a step does. All 32 values of five bits are taken.
enum CopyInsertOperation: UInt8, CaseIterable {
    /// One zero word.
    case zero
    /// As many zero words as the length that follows, plus 2.
    case zeros

    // Sums: the prediction plus the last remembered difference, or the one before the 1 to 3 last ones.

    case sum0
    case sum1
    case sum2
    case sum3

    // New words: the lower bytes follow; the upper ones are taken from elsewhere.

    /// The lowest byte follows, the others are the prediction's; not remembered.
    case low1
    case low2
    case low3
    case low7
    /// A byte of bits says which bytes follow; the others are the prediction's.
    case masked
    /// Upper bytes from the last remembered word.
    case recent0Low1
    case recent0Low2
    case recent0Low3
    /// Upper bytes from the remembered word before it.
    case recent1Low2
    case recent1Low3
    /// A byte says which remembered word (lower 3 bits) and how many bytes follow (upper 5, 1 to 7).
    case recent
    /// All eight bytes follow.
    case raw
    /// As many raw words as the length that follows, plus 2.
    case raws
    /// Upper bytes zero.
    case zeroPadded1
    case zeroPadded2
    case zeroPadded3
    case zeroPadded4
    case zeroPadded6
    case zeroPadded7

    // Copies: words 0 to 511 are the relocated base's, 512 to 1,023 those that are already in the page.

    /// One word; the byte that follows is the lower part of its number, the operation the upper: 0, 256, 512 or 768.
    case copyBase0
    case copyBase1
    case copyPage0
    case copyPage1
    /// Several words: two bytes with the first one's number (lower 10 bits) and how many, minus 2 (upper 6); 63 there
    /// means that a length follows, which is added.
    case copies
    /// Three bytes: offset of a byte in the relocated base (lower 12 bits) and how many words (upper 12).
    case bytes
    /// Makes no word; two bytes with the new shift (signed) of the predictions.
    case shift

    /// The operation of five bits.
    @inline(__always)
    init(bits: UInt8) {
        // Cases without payload are stored as their ordinal number, and there is one for each value; the generated
        // initialiser is a call and a branch in the decoder's innermost loop.
        self = unsafeBitCast(bits & 31, to: CopyInsertOperation.self)
    }

    /// The five bits.
    @inline(__always)
    var bits: UInt8 { unsafeBitCast(self, to: UInt8.self) }

    /// The operation `steps` after this one.
    @inline(__always)
    func later(_ steps: Int) -> CopyInsertOperation {
        CopyInsertOperation(bits: bits &+ UInt8(truncatingIfNeeded: steps))
    }
}
