import ArgumentParser
import Experiments
import Files
import PageContent

struct ProfileRedundancy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redundancy",
        abstract: "Measures how much of a sandbox's memory another one of its function holds too.",
        discussion: """
            For each function, the pages of one instance are looked up in another's, at several chunk sizes:
              aligned   a chunk counts when it occurs at a multiple of its size anywhere in the other instance
              non-zero  the same, chunks of zeros left out
              sliding   a byte counts when a window over it occurs at a multiple of 8 bytes of the other instance
              medes     the estimate of Medes' authors (EuroSys'22), to compare with their figure 1
            4096 B are whole pages. Clean pages of files are known by their place in the file: in the numbers for
            all pages, one that the other instance has resident too counts at every chunk size. All counts are
            exact. Memory: the snapshots, and at most 1.5 times the largest base.

            Examples:
              pagefold profile redundancy snapshots/off
              pagefold profile redundancy snapshots/off --chunks 64,4096 --measures aligned
              pagefold profile redundancy snapshots/off --across --csv > across.csv
            """)

    @OptionGroup var options: AnalysisOptions

    @Option(help: ArgumentHelp("Chunk sizes in bytes: powers of two from 64 to 4096.", valueName: "a,b,..."))
    var chunks = "64,128,256,512,1024,2048,4096"

    @Option(help: ArgumentHelp("What is measured. Default: all.", valueName: "a,b,..."))
    var measures = "aligned,non-zero,sliding,medes"

    @Flag(
        help: "Compares each function with each other one instead, aligned chunks unless --measures says so.")
    var across = false

    func validate() throws {
        for (option, text) in [("--chunks", chunks), ("--measures", measures)]
        where !text.contains(where: { $0 != "," && $0 != " " }) {
            throw ValidationError("\(option) names nothing to measure.")
        }
    }

    func run() throws {
        let sizes = try sizes()
        let measures = try chosenMeasures()
        let groups = try options.groups()
        let rounds = try groups.rounds(options.pairings)
        if across {
            let report = try AcrossReport(
                groups, rounds, sizes: sizes, measures: measures, threads: options.input.threads,
                progress: options.progress(of: "redundancy"))
            options.endProgress()
            report.print(in: options.format)
            return
        }
        let study = try RedundancyStudy(
            of: groups, in: rounds, sizes: sizes, measures: Set(measures), threads: options.input.threads,
            progress: options.progress(of: "redundancy"))
        options.endProgress()
        RedundancyReport(study: study, measures: measures).print(in: options.format)
    }

    private func sizes() throws -> [Int] {
        let sizes = try chunks.split(separator: ",").map { word in
            guard let size = Int(word.filter { $0 != " " }), Redundancy.sizes.contains(size) else {
                throw InputError(
                    "'\(word)' is not a chunk size that can be measured",
                    remedy: "there are: \(Redundancy.sizes.map(String.init).joined(separator: ", "))")
            }
            return size
        }
        if sizes.isEmpty {
            throw Failure.WrongUse(of: "profile redundancy", "--chunks names no size.")
        }
        return sizes
    }

    private func chosenMeasures() throws -> [RedundancyMeasure] {
        let chosen = try Set(
            measures.split(separator: ",").map { word in
                guard let measure = RedundancyMeasure(rawValue: word.filter { $0 != " " }) else {
                    let names = RedundancyMeasure.allCases.map(\.rawValue).joined(separator: ", ")
                    throw InputError("'\(word)' is not a measure", remedy: "there are: \(names)")
                }
                return measure
            })
        if chosen.isEmpty {
            throw Failure.WrongUse(of: "profile redundancy", "--measures names no measure.")
        }
        return RedundancyMeasure.allCases.filter(chosen.contains)
    }
}
