import EventKernel
import Files
import Glibc
import HardwareCosts
import PageContent
import Simulator

/// What the runs are made from: what operations cost, and what sandboxes' pages share.
package struct ReproductionInputs: Sendable {
    /// The costs, in the order in which they are looked up: fitted to the paper, measured here, assumed.
    package static let costNames = ["medes-eurosys22", "pages-measured", "connections", "assumed"]

    /// What operations cost.
    package var costs: HardwareCosts
    /// What was measured, by point of capture; the column `measured` needs `imports`.
    package var profiles: [CapturePoint: Profile]

    /// The costs that come along, and these profiles.
    /// - Throws: as `CostSources` does.
    package init(profiles: [CapturePoint: Profile] = [:]) throws {
        costs = try CostSources.costs(Self.costNames, directory: ".")
        self.profiles = profiles
    }

    /// The costs that come along, and the profiles of sandboxes without randomisation in `directory`: Medes' evaluation
    /// turned randomisation off.
    /// - Throws: `InputError` when a profile that is there cannot be read, or none is.
    package init(profilesIn directory: String) throws {
        var profiles: [CapturePoint: Profile] = [:]
        for point in CapturePoint.allCases {
            let path = "\(directory)/\(Self.fileName(point))"
            if access(path, F_OK) == 0 { profiles[point] = try ProfileFile.read(path) }
        }
        if profiles[.imports] == nil {
            throw InputError(
                file: directory, "there is no \(Self.fileName(.imports)) in this directory",
                remedy: "give the directory experiments/profiles of Pagefold's repository")
        }
        try self.init(profiles: profiles)
    }

    /// The name of the profile's file.
    static func fileName(_ point: CapturePoint) -> String { "off-\(point.rawValue).pfprofile" }

    /// Where profiles are looked for when nobody says where: in `experiments/profiles` of the working directory and of
    /// the directories above the executable, and in `share/pagefold/profiles` beside its directory.
    package static func profileDirectory() -> String? {
        var candidates = ["experiments/profiles"]
        var buffer = [CChar](repeating: 0, count: 4_096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        if length > 0 {
            let path = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            var parts = path.split(separator: "/").dropLast()
            let prefix = "/" + parts.dropLast().joined(separator: "/")
            candidates.append(prefix + "/share/pagefold/profiles")
            while !parts.isEmpty {
                candidates.append("/" + parts.joined(separator: "/") + "/experiments/profiles")
                parts = parts.dropLast()
            }
        }
        return candidates.first { access("\($0)/\(fileName(.imports))", F_OK) == 0 }
    }

    // MARK: By variant

    /// The content of the sandboxes' pages; nil when it was not measured so.
    func content(of variant: ReproductionVariant, in column: ReproductionColumn) -> ContentSettings? {
        var knobs = MedesKnobs()
        if case .medes(let given) = variant.policy { knobs = given }
        let measure = DedupSettings(
            samplers: [SamplerSettings(.artifact, chunk: knobs.chunkBytes, cardinality: knobs.cardinality)])
        let profile = column == .paperInputs ? Profile.medesPublished : profiles[variant.capture]
        guard let profile, profile.measure(measure) != nil else { return nil }
        var content = ContentSettings(profile: profile, source: column.rawValue, measure: measure)
        for function in variant.functions.list {
            content.mapping[function.name] = Self.profileName(function, in: column)
        }
        // The paper breaks ties by locality; the code scores base sandboxes and never looks whose they are.
        content.ties = variant.mode == .paper ? .local : .first
        content.preference = variant.mode == .paper ? .localThenFirst : .mostReferenced
        return content
    }

    /// Memory of a sandbox of each function of `variant`: of table 2, or its private pages as captured; nil when they
    /// were not.
    func footprints(of variant: ReproductionVariant, in column: ReproductionColumn) -> [Bytes]? {
        if column == .paperInputs { return variant.functions.list.map(\.memory) }
        guard let profile = profiles[variant.capture] else { return nil }
        var footprints: [Bytes] = []
        for function in variant.functions.list {
            guard let place = profile.function(Self.profileName(function, in: column)) else { return nil }
            let pages = profile.functions[place].pages.mean.rounded()
            footprints.append(Bytes(UInt64(pages) * UInt64(PageContent.Page.size)))
        }
        return footprints
    }

    private static func profileName(_ function: PaperFunction, in column: ReproductionColumn) -> String {
        column == .paperInputs ? function.name : function.name.lowercased()
    }
}
