import PageContent
import Testing

@testable import Simulator

/// The profile that is fitted to the Medes paper's tables: it gives back what it was fitted to.
@Suite struct ContentMedesPublishedTests {
    private static let profile = Profile.medesPublished
    private static var classes: [ClassRows] { profile.measures[0].classes }

    @Test func withAllBaseSandboxesTableThreeIsSaved() throws {
        for (function, row) in Profile.medesTables.enumerated() {
            for bases in [Array(Self.classes.indices), [function]] {
                let prediction = try Self.classes[function].predict(bases: bases, preferred: function)
                // Without the bookkeeping of 16 bytes a patch and 8 a page, which the paper does not count.
                let patched = prediction.patched.reduce(0, +)
                let stored = prediction.stored - patched * 16 - (prediction.pages - patched) * 8
                let saved = (prediction.pages * 4096 - stored) / 1_048_576
                #expect(abs(saved - row.saved) < 0.0001, "\(row.name)")
                #expect(abs(prediction.pages * 4096 / 1_048_576 - row.memory) < 0.001)
            }
        }
        #expect(Self.profile.functions.map(\.name) == Profile.medesTables.map(\.name))
    }

    @Test func twoThirdsOfTheBasePagesAreAnotherFunctions() throws {
        var settings = ContentSettings(profile: Self.profile)
        settings.ties = .first
        let units = Profile.medesTables.map { ($0.name, UInt64($0.memory * 256)) }
        settings.mapping = Dictionary(uniqueKeysWithValues: units.map { ($0.0, $0.0) })
        var model = try ContentModel(settings, units: contentUnits(units), seed: 1)
        var (own, other) = (0.0, 0.0)
        for first in units.indices {
            var bases = model.makeBases(nodes: 1)
            for next in units.indices {
                let unit = (first + next) % units.count
                bases.add(sandbox: unit, unit: unit, node: 0)
            }
            for unit in units.indices {
                let image = model.patched(unit: unit, node: 0, storage: PatchStorage(), bases: bases)
                for reference in image.references {
                    if reference.unit == UInt32(unit) {
                        own += Double(reference.pages)
                    } else {
                        other += Double(reference.pages)
                    }
                }
            }
        }
        #expect(abs(own / (own + other) - 0.3286) < 0.0005)
    }

    @Test func itSaysThatItIsNoMeasurement() {
        #expect(Self.profile.labels.contains { $0.name == "fitted-to" })
        let known = try? ContentModel(
            ContentSettings(profile: Self.profile), units: contentUnits([("a", 1)]), seed: 1
        ).knowsCompression
        #expect(known == false)
    }
}
