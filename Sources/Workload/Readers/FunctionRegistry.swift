import EventKernel
import Files

/// Gives applications and functions their ids in order of first sight.
struct FunctionRegistry {
    private struct ApplicationKey: Hashable {
        var owner: String
        var name: String
    }

    private struct FunctionKey: Hashable {
        var application: UInt32
        var name: String
    }

    private var applicationIDs: [ApplicationKey: UInt32] = [:]
    private var functionIDs: [FunctionKey: UInt32] = [:]
    /// Owner and name of each application, by id.
    private(set) var applications: [(owner: String, name: String)] = []
    /// Application and name of each function, by id.
    private(set) var functions: [(application: ApplicationID, name: String)] = []

    /// The application of this owner and name, new or not.
    mutating func application(owner: String, name: String) -> ApplicationID {
        let key = ApplicationKey(owner: owner, name: name)
        if let id = applicationIDs[key] { return ApplicationID(id) }
        let id = UInt32(applications.count)
        applicationIDs[key] = id
        applications.append((owner, name))
        return ApplicationID(id)
    }

    /// The function of this name in an application, new or not.
    mutating func function(_ name: String, in application: ApplicationID) -> FunctionID {
        let key = FunctionKey(application: application.raw, name: name)
        if let id = functionIDs[key] { return FunctionID(id) }
        let id = UInt32(functions.count)
        functionIDs[key] = id
        functions.append((application, name))
        return FunctionID(id)
    }

    /// The application of this owner and name if it was seen.
    func known(owner: String, application: String) -> ApplicationID? {
        applicationIDs[ApplicationKey(owner: owner, name: application)].map { ApplicationID($0) }
    }

    /// The function of this name if it was seen.
    func known(_ name: String, in application: ApplicationID) -> FunctionID? {
        functionIDs[FunctionKey(application: application.raw, name: name)].map { FunctionID($0) }
    }

    /// A name for each application that no other has: its own, or where several owners have one of that name,
    /// `name@owner` for all but the first.
    func uniqueApplicationNames() -> [String] {
        var seen = Set<String>()
        return applications.map { application in
            if seen.insert(application.name).inserted { return application.name }
            var name = "\(application.name)@\(application.owner)"
            while !seen.insert(name).inserted { name += "'" }
            return name
        }
    }
}

extension [Function] {
    /// The memory of all functions of each of `count` applications.
    /// - Throws: `InputError` when one takes more than 1 EiB.
    func memoryByApplication(count: Int, file: String) throws(InputError) -> [Bytes] {
        var sums = [Bytes](repeating: .zero, count: count)
        for function in self {
            let index = function.application.index
            let (sum, overflow) = sums[index].count.addingReportingOverflow(function.memory.count)
            if overflow || sum > Bytes.largest.count {
                throw InputError(
                    file: file, "the functions of one application take more than 1 EiB",
                    remedy: "is memory in another unit?")
            }
            sums[index] = Bytes(sum)
        }
        return sums
    }
}
