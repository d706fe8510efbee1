import Files
import HardwareCosts
import PageContent
import Simulator
import Synchronization

/// Costs and profiles that an experiment names, each read once: all points of a sweep meet the same, even
/// when a file changes meanwhile.
final class ReadInputs: Sendable {
    private struct State {
        var costs: [String: Result<CostSet, any Error>] = [:]
        var profiles: [String: Result<ReadProfile, InputError>] = [:]
    }

    /// A profile with its digest.
    struct ReadProfile: Sendable {
        var profile: Profile
        var digest: String
    }

    private let state = Mutex(State())

    /// The costs of this name, or in the file at this path from `directory`.
    /// - Throws: `InputError` or `InputErrors`.
    func costs(_ text: String, directory: String) throws -> CostSet {
        let key = CostSources.shippedNames.contains(text) ? text : PathKind.absolute(text, from: directory)
        return try state.withLock { state in
            if let known = state.costs[key] { return try known.get() }
            let result = Result { try CostSources.find(text, directory: directory) }
            state.costs[key] = result
            return try result.get()
        }
    }

    /// The profile of this name, or in the file at this absolute path.
    func profile(_ source: String) throws(InputError) -> ReadProfile {
        let result = state.withLock { state in
            if let known = state.profiles[source] { return known }
            let result = ReadInputs.read(source)
            state.profiles[source] = result
            return result
        }
        return try result.get()
    }

    private static func read(_ source: String) -> Result<ReadProfile, InputError> {
        do throws(InputError) {
            if let shipped = ShippedProfiles.profile(named: source) {
                return .success(ReadProfile(profile: shipped, digest: shipped.digest))
            }
            let profile = try ProfileFile.read(source)
            return .success(ReadProfile(profile: profile, digest: profile.digest))
        } catch {
            return .failure(error)
        }
    }

    /// The digest of `profile`, which came from `source`.
    func digest(of profile: Profile, from source: String) -> String {
        // Profiles that were read share their storage with the one here, so that comparing them takes no
        // time.
        if case .success(let known)? = state.withLock({ $0.profiles[source] }), known.profile == profile {
            return known.digest
        }
        return profile.digest
    }
}

/// Profiles that Pagefold brings along, found by name.
enum ShippedProfiles {
    /// Names and profiles.
    private static let all: [(name: String, profile: Profile)] = [("medes-published", .medesPublished)]

    /// Their names.
    static var names: [String] { all.map(\.name) }

    /// The profile of this name; nil when there is none.
    static func profile(named name: String) -> Profile? { all.first { $0.name == name }?.profile }
}
