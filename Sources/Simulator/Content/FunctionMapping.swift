import EventKernel
import Files
import PageContent

/// Which profile function each unit behaves as: given by hand, or drawn for each unit apart from all others.
struct FunctionMapping {
    private let names: [String]
    private let byHand: [String: Int]
    /// The families that can be drawn, with their functions and their weights summed up to and with each.
    private let families: [(functions: [Int], until: Double)]

    /// - Throws: `InputError` for functions or families that the profile does not have, and impossible weights.
    init(_ settings: ContentSettings) throws(InputError) {
        let names = settings.profile.functions.map(\.name)
        if names.isEmpty {
            throw InputError(
                file: settings.source, "the profile has no functions", remedy: "take another profile")
        }
        var byHand: [String: Int] = [:]
        for (unit, function) in settings.mapping.sorted(by: { $0.key < $1.key }) {
            guard let number = settings.profile.function(function) else {
                throw InputError(
                    "content.mapping gives '\(unit)' the function '\(function)', which the profile does not have",
                    remedy: Suggestion.phrase(
                        for: function, among: names, otherwise: "it has \(names.joined(separator: ", "))"))
            }
            byHand[unit] = number
        }
        self.names = names
        self.byHand = byHand
        families = try FunctionMapping.families(of: names, weights: settings.weights)
    }

    private static func families(
        of names: [String], weights: [String: Double]
    ) throws(InputError) -> [(functions: [Int], until: Double)] {
        var members: [(family: FunctionFamily, functions: [Int])] = []
        for family in FunctionFamily.known + names.map(FunctionFamily.init(ofFunction:))
        where !members.contains(where: { $0.family == family }) {
            let functions = names.indices.filter { FunctionFamily(ofFunction: names[$0]) == family }
            if !functions.isEmpty { members.append((family, functions)) }
        }
        let present = members.map(\.family.name)
        for (name, weight) in weights.sorted(by: { $0.key < $1.key }) {
            guard weight >= 0, weight.isFinite else {
                throw InputError(
                    "content.weights.\(name) is \(weight)", remedy: "give a number that is not negative")
            }
            if weight > 0, !present.contains(name) {
                throw InputError(
                    "content.weights names '\(name)', but no function of the profile is of that family",
                    remedy: Suggestion.phrase(
                        for: name, among: present, otherwise: "it has \(present.joined(separator: ", "))"))
            }
        }
        var sum = 0.0
        let families = members.map { member in
            sum += weights.isEmpty ? 1 : weights[member.family.name] ?? 0
            return (functions: member.functions, until: sum)
        }
        guard sum > 0, sum.isFinite else {
            throw InputError(
                "the weights under content.weights add up to \(sum)", remedy: "give a family more than 0")
        }
        return families
    }

    /// The number of the profile function of each unit, by the units' names.
    ///
    /// What a unit draws depends on its name and the seed alone; of units with one name, on which of them it is.
    func functions(of units: [String], seed: UInt64) -> [Int] {
        var seen: [String: UInt64] = [:]
        return units.map { name in
            if let function = byHand[name] { return function }
            let earlier = seen[name, default: 0]
            seen[name] = earlier + 1
            var digest = Digest()
            digest.update(name)
            digest.update(earlier)
            return draw(RandomStream(seed: seed, purpose: .content, entity: digest.value))
        }
    }

    private func draw(_ stream: RandomStream) -> Int {
        var stream = stream
        let at = stream.unit() * (families.last?.until ?? 0)
        // Families of weight 0 end where the one before ends.
        let family = families.first { at < $0.until } ?? families[families.count - 1]
        return family.functions[Int(stream.below(UInt64(family.functions.count)))]
    }

    /// The tenant of each application; each is a tenant of its own if `tenants` is 0.
    static func tenants(of applications: Int, among tenants: Int, seed: UInt64) -> [Int] {
        (0..<applications).map { application in
            if tenants == 0 { return application }
            // Entities of units are digests; what a tenant is drawn by must not be one of them in all likelihood.
            var stream = RandomStream(
                seed: seed, purpose: .content, entity: mix64(~UInt64(application)))
            return Int(stream.below(UInt64(tenants)))
        }
    }
}
