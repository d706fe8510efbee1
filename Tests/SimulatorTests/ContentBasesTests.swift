import EventKernel
import Testing

@testable import Simulator

/// The registry's directory: who depends on what, and which base sandbox is taken.
@Suite struct ContentBasesTests {
    /// Four units: two of function 0, one each of functions 1 and 2; units 0 and 2 are one tenant's.
    private static func bases(_ preference: BasePreference = .localThenFirst) -> BaseSandboxes {
        BaseSandboxes(
            profileFunction: [0, 0, 1, 2], functions: 3, nodes: 3, tenants: [0, 1, 0, 1],
            preference: preference)
    }

    private static func find(
        _ bases: BaseSandboxes, unit: Int, node: Int, scope: BaseScope = .anyone
    ) -> [UInt32] {
        var found: [UsableBase] = []
        bases.find(for: unit, on: node, scope: scope, into: &found)
        return found.map(\.base.sandbox)
    }

    @Test func dependantsAndBaseSandboxesAreCounted() {
        var bases = Self.bases()
        bases.add(sandbox: 7, unit: 1, node: 2)
        bases.add(sandbox: 3, unit: 1, node: 0)
        #expect(bases.count(of: 1) == 2 && bases.count(of: 0) == 0)
        bases.reference(7, by: 1)
        bases.reference(7, by: 1)
        bases.reference(7, by: -1)
        #expect(bases.references(to: 7) == 1 && bases.references(to: 3) == 0)
        #expect(bases.references(to: 100) == 0, "what is not a base sandbox has no dependants")
        bases.remove(sandbox: 7)
        #expect(bases.count(of: 1) == 1 && bases.references(to: 7) == 0)
        bases.add(sandbox: 7, unit: 2, node: 1)
        #expect(bases.references(to: 7) == 0, "a place that is used again starts without dependants")
        #expect(bases.base(7)?.serial == 2)
    }

    @Test func thereAreNeverFewerThanNoDependants() async {
        await #expect(processExitsWith: .failure) {
            var bases = BaseSandboxes(profileFunction: [0], functions: 1, nodes: 1)
            bases.add(sandbox: 0, unit: 0, node: 0)
            bases.reference(0, by: -1)
        }
    }

    @Test func oneOnTheNodeIsTakenThenTheFirst() {
        var bases = Self.bases()
        bases.add(sandbox: 10, unit: 2, node: 0)
        bases.add(sandbox: 11, unit: 2, node: 1)
        bases.add(sandbox: 12, unit: 2, node: 1)
        #expect(Self.find(bases, unit: 0, node: 1) == [11])
        #expect(Self.find(bases, unit: 0, node: 0) == [10])
        #expect(Self.find(bases, unit: 0, node: 2) == [10])
        bases.remove(sandbox: 10)
        #expect(Self.find(bases, unit: 0, node: 2) == [11])
    }

    @Test func dependantsWeighTwoAndTheNodeTen() {
        var bases = Self.bases(.mostReferenced)
        bases.add(sandbox: 10, unit: 2, node: 0)
        bases.add(sandbox: 11, unit: 2, node: 1)
        bases.reference(10, by: 5)
        // 2 x 5 against 10: of equals the first.
        #expect(Self.find(bases, unit: 0, node: 1) == [10])
        bases.reference(11, by: 1)
        #expect(Self.find(bases, unit: 0, node: 1) == [11])
        #expect(Self.find(bases, unit: 0, node: 2) == [10])
        bases.reference(10, by: 2)
        #expect(Self.find(bases, unit: 0, node: 1) == [10])
    }

    @Test func theOwnUnitsAreToldFromAnotherUnitsOfTheFunction() {
        var bases = Self.bases()
        bases.add(sandbox: 20, unit: 1, node: 0)
        #expect(Self.find(bases, unit: 0, node: 0) == [20])
        bases.add(sandbox: 21, unit: 0, node: 1)
        bases.add(sandbox: 22, unit: 3, node: 1)
        #expect(Self.find(bases, unit: 0, node: 0) == [21, 20, 22])
        #expect(Self.find(bases, unit: 1, node: 0) == [20, 21, 22])
    }

    @Test func aScopeHidesOtherUnitsAndTenants() {
        var bases = Self.bases()
        for unit in 0..<4 { bases.add(sandbox: unit, unit: unit, node: unit % 3) }
        #expect(Self.find(bases, unit: 0, node: 0, scope: .anyone) == [0, 1, 2, 3])
        #expect(Self.find(bases, unit: 0, node: 0, scope: .tenant) == [0, 2])
        #expect(Self.find(bases, unit: 0, node: 0, scope: .unit) == [0])
        // Another tenant's base sandbox on the node is not taken either.
        bases.add(sandbox: 9, unit: 2, node: 1)
        #expect(Self.find(bases, unit: 0, node: 1, scope: .tenant) == [0, 9])
    }

    /// The same answers as from a look at all of them.
    @Test(arguments: BasePreference.allCases)
    func theIndexAgreesWithALookAtAll(preference: BasePreference) {
        for seed in 0..<20 as Range<UInt64> {
            var draws = RandomStream(seed: seed, purpose: .test)
            let functions = (0..<12).map { _ in Int(draws.below(4)) }
            let tenants = (0..<12).map { _ in Int(draws.below(3)) }
            var bases = BaseSandboxes(
                profileFunction: functions, functions: 4, nodes: 5, tenants: tenants, preference: preference)
            var all: [Int: BaseSandboxes.Base] = [:]
            var serial: UInt32 = 0
            for _ in 0..<400 {
                let sandbox = Int(draws.below(30))
                if let base = all[sandbox] {
                    if draws.below(3) == 0 {
                        bases.remove(sandbox: sandbox)
                        all[sandbox] = nil
                    } else {
                        let change = Int(draws.below(5)) - Int(min(base.references, 2))
                        bases.reference(sandbox, by: change)
                        all[sandbox]?.references = UInt32(Int(base.references) + change)
                    }
                } else {
                    let unit = draws.below(12)
                    let node = draws.below(5)
                    bases.add(sandbox: sandbox, unit: Int(unit), node: Int(node))
                    all[sandbox] = BaseSandboxes.Base(
                        sandbox: UInt32(sandbox), node: UInt32(node), unit: UInt32(unit), serial: serial)
                    serial += 1
                }
                let unit = Int(draws.below(12))
                let node = Int(draws.below(5))
                let scope = BaseScope.allCases[Int(draws.below(3))]
                var expected: [UInt32] = []
                for group in -1..<4 {
                    let members = all.values.filter { base in
                        let other = Int(base.unit)
                        if group == -1 { return other == unit }
                        if scope == .unit || other == unit { return false }
                        return functions[other] == group
                            && (scope == .anyone || tenants[other] == tenants[unit])
                    }.sorted { $0.serial < $1.serial }
                    func score(_ base: BaseSandboxes.Base) -> Int {
                        let local = base.node == UInt32(node) ? 10 : 0
                        return preference == .localThenFirst ? local : 2 * Int(base.references) + local
                    }
                    let best = members.map(score).max()
                    if let first = members.first(where: { score($0) == best }) {
                        expected.append(first.sandbox)
                    }
                }
                #expect(Self.find(bases, unit: unit, node: node, scope: scope) == expected)
            }
        }
    }
}
