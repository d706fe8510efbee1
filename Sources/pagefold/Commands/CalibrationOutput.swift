import ArgumentParser
import Calibration
import Experiments
import Files
import Glibc
import HardwareCosts

/// The files that a calibration writes: the costs, and beside them the points of the plots.
struct CalibrationOutput: ~Copyable {
    /// The path of the costs.
    let path: String
    /// The path of the points.
    let seriesPath: String
    private var costs: AtomicFile

    /// What the names of costs files end with.
    static let endings = [".json", ".yaml", ".yml"]

    /// Begins the files, so that what cannot be written is known before anything is measured.
    /// - Throws: `InputError` when they cannot be written.
    init(_ path: String) throws {
        costs = try CalibrationOutput.begin(path)
        self.path = path
        seriesPath = CalibrationOutput.base(path) + ".series.csv"
    }

    private static func begin(_ path: String) throws -> AtomicFile {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw InputError(file: path, "is a directory", remedy: "give the path of a file")
        }
        return try AtomicFile(path: path)
    }

    /// The path without its ending.
    static func base(_ path: String) -> String {
        let ending = endings.first { path.hasSuffix($0) }
        return ending.map { String(path.dropLast($0.count)) } ?? path
    }

    /// A name for the costs, after the file's name.
    static func name(for path: String?) -> String {
        guard let path else { return "measured" }
        let file = base(path).split(separator: "/").last.map(String.init) ?? "measured"
        let name = String(file.prefix(100).map { isAllowed($0) ? $0 : "-" })
        return name.isEmpty ? "measured" : name
    }

    /// Whether costs may have this name.
    static func isName(_ text: String) -> Bool {
        (1...100).contains(text.count) && text.allSatisfy(isAllowed)
    }

    private static func isAllowed(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || ".-_".contains(character))
    }

    /// Writes what was found.
    mutating func write(_ run: CalibrationRun) throws {
        let text = path.hasSuffix(".json") ? run.costs.jsonText : run.costs.fileText
        // A file that this program could not read would be found out only when it is needed.
        guard try CostSet(text: text, file: path) == run.costs else {
            throw InputError(file: path, "the costs do not read back as they were measured")
        }
        try costs.write(text)
        if let series = SeriesTable.csv(run) {
            var file = try AtomicFile(path: seriesPath)
            try file.write(series)
            try file.commit()
            Terminal.note("wrote \(seriesPath)")
        }
        for table in run.parts.flatMap(\.result.tables) {
            let path = "\(CalibrationOutput.base(path)).\(table.name).csv"
            var file = try AtomicFile(path: path)
            try file.write(table.csv)
            try file.commit()
            Terminal.note("wrote \(path)")
        }
        try costs.commit()
        Terminal.note("wrote \(path)")
    }
}
