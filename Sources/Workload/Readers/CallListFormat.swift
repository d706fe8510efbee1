import Files

/// What a CSV file of a trace is, told by the names of its columns, whatever their order.
public enum CallListFormat: Sendable {
    /// A file of the Azure Functions trace of 2021.
    case azure2021
    /// One of the files of the Azure Functions trace of 2019, which belong together in a directory.
    case azure2019
    /// Anything else: a list of calls.
    case events

    /// The format of the file at `path`.
    /// - Throws: `InputError` when it cannot be read or is not a CSV file.
    public static func find(_ path: String) throws(InputError) -> CallListFormat {
        var reader = try CSVReader(path: path, bufferSize: 1 << 16)
        return find(try CSVHeader(&reader))
    }

    static func find(_ header: CSVHeader) -> CallListFormat {
        func has(_ names: [String]) -> Bool { names.allSatisfy { header.column(ifPresent: $0) != nil } }
        if has(["app", "func", "end_timestamp", "duration"]) { return .azure2021 }
        return has(["HashOwner", "HashApp"]) ? .azure2019 : .events
    }
}

extension CSVHeader {
    /// - Throws: `InputError` when the file is one of another format than `wanted`, and how that is read.
    func refuseOtherFormats(than wanted: CallListFormat) throws(InputError) {
        let found = CallListFormat.find(self)
        if found == wanted { return }
        switch found {
        case .azure2019:
            throw refusal(
                "is a file of the Azure Functions 2019 trace",
                remedy: "its files are read together: give their directory to azure2019")
        case .azure2021:
            throw refusal(
                "is in the format of the Azure Functions 2021 trace", remedy: "read it as azure2021")
        case .events:
            let columns = ["time", "function"]
            if columns.allSatisfy({ column(ifPresent: $0) != nil }) {
                throw refusal("is a list of calls", remedy: "read it as events")
            }
        }
    }
}
