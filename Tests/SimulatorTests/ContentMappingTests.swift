import EventKernel
import Files
import PageContent
import Testing

@testable import Simulator

/// Which profile function each unit behaves as.
@Suite struct ContentMappingTests {
    private static func model(
        _ settings: ContentSettings, _ names: [String], seed: UInt64 = 1
    ) throws(InputError) -> ContentModel {
        try ContentModel(settings, units: contentUnits(names.map { ($0, 100) }), seed: seed)
    }

    private static func names(_ count: Int) -> [String] { (0..<count).map { "unit-\($0)" } }

    @Test func theFunctionsOfTheSuiteHaveTheFamiliesOfTheirLibraries() throws {
        let profile = try shippedProfile("on-import")
        let families = profile.functions.map { "\($0.name) \(FunctionFamily(ofFunction: $0.name).name)" }
        #expect(
            families == [
                "authenc interpreter", "featuregen sklearn", "htmlserve interpreter", "imagepro numpy",
                "javaimage java", "javawords java", "linalg numpy", "mapreduce interpreter",
                "modeltrain sklearn", "noderender node", "nodeseal node", "rnnmodel torch",
                "vanilla interpreter", "videopro numpy",
            ])
        #expect(FunctionFamily(ofFunction: "LinAlg@on") == .numpy)
        #expect(FunctionFamily(ofFunction: "mine").name == "mine")
    }

    @Test func aDrawDependsOnTheNameAndTheSeedAlone() throws {
        let settings = ContentSettings(profile: contentProfile())
        let names = Self.names(200)
        let drawn = try Self.model(settings, names).profileFunction
        #expect(try Self.model(settings, names).profileFunction == drawn)
        #expect(try Self.model(settings, names.reversed()).profileFunction == drawn.reversed())
        #expect(try Self.model(settings, Array(names[50...])).profileFunction == Array(drawn[50...]))
        #expect(try Self.model(settings, names, seed: 2).profileFunction != drawn)
        var given = settings
        given.mapping = ["unit-3": "linalg"]
        let mapped = try Self.model(given, names).profileFunction
        #expect(mapped[3] == 1)
        #expect((0..<200).allSatisfy { $0 == 3 || mapped[$0] == drawn[$0] })
    }

    @Test func unitsOfOneNameDrawApart() throws {
        let drawn = try Self.model(
            ContentSettings(profile: contentProfile()), Array(repeating: "same", count: 100)
        ).profileFunction
        #expect(Set(drawn) == [0, 1, 2])
    }

    @Test func familiesAreAsFrequentAsTheirWeightsSay() throws {
        var settings = ContentSettings(profile: contentProfile())
        var counts = [0, 0, 0]
        for function in try Self.model(settings, Self.names(4000)).profileFunction { counts[function] += 1 }
        // Two families alike; the interpreter's two functions share its half. Four standard deviations.
        #expect(abs(counts[1] - 2000) < 127 && abs(counts[0] - 1000) < 110)
        settings.weights = ["numpy": 3, "interpreter": 1]
        counts = [0, 0, 0]
        for function in try Self.model(settings, Self.names(4000)).profileFunction { counts[function] += 1 }
        #expect(abs(counts[1] - 3000) < 110)
        settings.weights = ["numpy": 1]
        #expect(try Self.model(settings, Self.names(50)).profileFunction.allSatisfy { $0 == 1 })
    }

    private static func problem(_ change: (inout ContentSettings) -> Void) -> String {
        var settings = ContentSettings(profile: contentProfile(), source: "p.pfprofile")
        change(&settings)
        do {
            _ = try model(settings, ["a"])
            return "none"
        } catch {
            return error.description
        }
    }

    @Test func whatTheProfileLacksIsAnErrorWithASuggestion() {
        #expect(Self.problem { _ in } == "none")
        let function = Self.problem { $0.mapping = ["a": "vanila"] }
        #expect(function.contains("'a'") && function.contains("did you mean `vanilla`?"))
        let family = Self.problem { $0.weights = ["numpi": 1] }
        #expect(family.contains("numpi") && family.contains("did you mean `numpy`?"))
        #expect(Self.problem { $0.weights = ["torch": 1] }.contains("no function of the profile"))
        #expect(Self.problem { $0.weights = ["numpy": 0] }.contains("add up to 0"))
        #expect(Self.problem { $0.weights = ["numpy": -1] }.contains("not negative"))
        let measure = Self.problem { $0.measure = DedupSettings(samplers: [SamplerSettings(.spread)]) }
        #expect(measure.contains("p.pfprofile") && measure.contains("spread 64 B x 5"))
        #expect(Self.problem { $0.fidelity = .exact }.contains("no shared-chunk records"))
        #expect(Self.problem { $0.tenants = -1 }.contains("content.tenants"))
    }

    @Test func unitsThatDoNotExistAreReported() throws {
        var settings = ContentSettings(profile: contentProfile())
        settings.mapping = ["b": "linalg", "a": "vanilla", "z": "vanilla"]
        #expect(try Self.model(settings, ["a"]).unknownUnits == ["b", "z"])
    }

    @Test func applicationsAreTenantsOfTheirOwnUnlessFewerAreAskedFor() throws {
        var settings = ContentSettings(profile: contentProfile())
        #expect(try Self.model(settings, Self.names(5)).tenants == [0, 1, 2, 3, 4])
        settings.tenants = 3
        let tenants = try Self.model(settings, Self.names(60)).tenants
        #expect(Set(tenants) == [0, 1, 2])
        #expect(Array(try Self.model(settings, Self.names(40)).tenants) == Array(tenants[..<40]))
    }
}
