import PageContent

extension Profile {
    /// The ten functions of the Medes paper as it describes them (Saxena et al., EuroSys'22): a profile that is **fitted**
    /// to the paper's figures so that its set-up can be simulated with its own inputs. It is never evidence for them, and
    /// nothing measured is in it.
    ///
    /// - Pages: the memory of table 2. Without a base sandbox nothing is saved.
    /// - Patched pages: the memory saved of table 3 divided by 4096 - 611 bytes, as patches take 611 B on average
    ///   (section 7.8). With a base sandbox of the function itself exactly table 3 is saved, Pagefold's bookkeeping of 16
    ///   and 8 bytes a page aside, which the paper does not mention: it would be 0.2 to 0.4 % of the memory.
    /// - Base pages: 32.86 % lie in a base sandbox of the same function, the others in those of other functions (section
    ///   7.3.1). The paper does not say what those pages' other candidates were. Taken here is the simplest that gives
    ///   both figures: of the patched pages a share of `commonShare` is in every function's base sandboxes alike (the
    ///   interpreter and libraries that all ten share, as one image serves them all), the rest in its own only, and
    ///   ties decide. With `BaseTies.first` and a base sandbox of each function the first is another function's in nine
    ///   cases of ten; so a common share of 0.6714 / 0.9 gives 67.14 % on average over which function came first. With
    ///   `BaseTies.own` none are another function's, with `local` it depends on what is on the node. Whatever the ties, the
    ///   saving is the same, and with base sandboxes of other functions only it is `commonShare` of it.
    ///
    /// How pages compress the paper does not say: they stay whole.
    public static let medesPublished = makeMedesPublished()

    /// The share of patched pages whose base page all functions have (see `medesPublished`).
    static let medesCommonShare = 0.6714 / 0.9

    /// Name, memory in MB (table 2) and memory saved in MB (table 3).
    static let medesTables: [(name: String, memory: Double, saved: Double)] = [
        ("AuthEnc", 22.3, 4.79), ("FeatureGen", 66, 25.67), ("HTMLServe", 22.3, 9.88),
        ("ImagePro", 26.4, 11.36), ("LinAlg", 32, 10.5), ("MapReduce", 32, 5.10),
        ("ModelTrain", 87.5, 26.33), ("RNNModel", 90, 52.23), ("Vanilla", 17, 4.6), ("VideoPro", 48, 12.22),
    ]

    /// The mean size of a patch in bytes.
    static let medesPatch = 611.0

    private static func makeMedesPublished() -> Profile {
        let functions = medesTables.indices
        let mebibyte = 1_048_576.0
        // Counts of pages are whole numbers: many pairings make room for parts of pages.
        let pairings = 10_000
        let levelMeans = functions.map { _ in
            (0..<PatchLevel.patchLevels).map { $0 == Int(PatchLevel.middling.rawValue) ? medesPatch : 0 }
        }
        func count(_ pages: Double) -> Int { Int((pages * Double(pairings)).rounded(), within: 0...(.max)) }
        let classes = functions.map { function in
            let pages = medesTables[function].memory * mebibyte / Double(Page.size)
            let patched = medesTables[function].saved * mebibyte / (Double(Page.size) - medesPatch)
            func row(_ count: Int, _ level: (Int) -> PatchLevel) -> ClassRows.Row {
                ClassRows.Row(
                    levels: functions.map(level), count: count, lz4: count * Page.size,
                    zstd: count * Page.size)
            }
            let common = count(patched * medesCommonShare)
            let own = count(patched) - common
            return ClassRows(
                rows: [
                    row(common) { _ in .middling },
                    row(own) { $0 == function ? .middling : .none },
                    row(count(pages) - common - own) { _ in .none },
                ],
                zeroPages: 0, levelMeans: levelMeans, pairings: pairings, isTied: false)
        }
        return Profile(
            figures: functions.map { function in
                FunctionProfile(
                    figures: medesTables[function].name,
                    pages: medesTables[function].memory * mebibyte / Double(Page.size),
                    among: functions.count)
            },
            labels: [
                ProfileLabel(
                    name: "fitted-to",
                    value: "Saxena et al., EuroSys'22, tables 2 and 3, sections 7.3.1 and 7.8: no measurement"
                )
            ],
            measures: [Profile.Measure(settings: DedupSettings(), classes: classes)])
    }
}
