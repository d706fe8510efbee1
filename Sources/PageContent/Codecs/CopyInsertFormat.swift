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
/// operations that write a new word (those from `low1` to `zeroPadded7`, but `low1`) remember the word and its
/// difference from the prediction; `recent` and `sum` operations refer to the last 8 words and 4 differences.
enum CopyInsertFormat {
    static let version: UInt8 = 1
    static let words = Page.size / 8
    /// The most relocations in a patch.
    static let relocations = 7

    // Words of zeros.

    /// One zero word.
    static let zero: UInt8 = 0
    /// As many zero words as the length that follows, plus 2.
    static let zeros: UInt8 = 1

    // Sums: the prediction plus a recent difference; `sum + r` takes the one before the r last ones.

    static let sum: UInt8 = 2  // to 5

    // New words: the lower bytes follow; the upper ones are taken from elsewhere.

    /// The lowest byte follows, the others are the prediction's; not remembered.
    static let low1: UInt8 = 6
    static let low2: UInt8 = 7
    static let low3: UInt8 = 8
    static let low7: UInt8 = 9
    /// A byte of bits says which bytes follow; the others are the prediction's.
    static let masked: UInt8 = 10
    /// Upper bytes from the last remembered word.
    static let recent0Low1: UInt8 = 11
    static let recent0Low2: UInt8 = 12
    static let recent0Low3: UInt8 = 13
    /// Upper bytes from the remembered word before it.
    static let recent1Low2: UInt8 = 14
    static let recent1Low3: UInt8 = 15
    /// A byte says which remembered word (lower 3 bits) and how many bytes follow (upper 5, 1 to 7).
    static let recent: UInt8 = 16
    /// All eight bytes follow.
    static let raw: UInt8 = 17
    /// As many raw words as the length that follows, plus 2.
    static let raws: UInt8 = 18
    /// Upper bytes zero.
    static let zeroPadded1: UInt8 = 19
    static let zeroPadded2: UInt8 = 20
    static let zeroPadded3: UInt8 = 21
    static let zeroPadded4: UInt8 = 22
    static let zeroPadded6: UInt8 = 23
    static let zeroPadded7: UInt8 = 24

    // Copies: words 0 to 511 are the relocated base's, 512 to 1,023 those that are already in the page.

    /// One word; its number is 256 times (operation - 25) plus the byte that follows.
    static let copy: UInt8 = 25  // to 28
    /// Several words: two bytes with the first one's number (lower 10 bits) and how many, minus 2 (upper 6); 63 there
    /// means that a length follows, which is added.
    static let copies: UInt8 = 29
    /// Three bytes: offset of a byte in the relocated base (lower 12 bits) and how many words (upper 12).
    static let bytes: UInt8 = 30
    /// Makes no word; two bytes with the new shift (signed) of the predictions.
    static let shift: UInt8 = 31
}
