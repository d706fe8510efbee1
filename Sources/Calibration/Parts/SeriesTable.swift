/// Series as CSV, for plots/calibration.py: a line a point.
public enum SeriesTable {
    /// The names of the columns.
    public static let header = "part,plot,line,across,up,x,y,low,high"

    /// All points of `run`; nil when there are none.
    public static func csv(_ run: CalibrationRun) -> String? {
        var text = header + "\n"
        var count = 0
        for part in run.parts {
            for series in part.result.series {
                let names = [part.name, series.plot, series.line, series.across, series.up].map(cell)
                for point in series.points {
                    let numbers = [point.x, point.y, point.low, point.high].map { "\($0)" }
                    text += (names + numbers).joined(separator: ",") + "\n"
                    count += 1
                }
            }
        }
        return count > 0 ? text : nil
    }

    /// A cell, in quotes where it needs some.
    static func cell(_ text: String) -> String {
        // By scalars: a comma or quote with a combining mark is another character to Swift, but not to readers of CSV.
        guard text.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" })
        else {
            return text
        }
        var cell = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { cell += "\"" }
            cell.unicodeScalars.append(scalar)
        }
        return cell + "\""
    }
}
