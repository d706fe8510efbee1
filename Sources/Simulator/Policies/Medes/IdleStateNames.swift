import Files

extension Scenario {
    /// The idle state of this name, for the policy `policy`.
    /// - Throws: `InputError` when the scenario has none.
    func idleState(_ name: String, for policy: String) throws -> IdleStateID {
        guard let index = idleStates.firstIndex(where: { $0.name == name }) else {
            let names = idleStates.map { "'\($0.name)'" }.joined(separator: ", ")
            throw InputError(
                "the idle policy '\(policy)' needs an idle state '\(name)', and the scenario has \(names)",
                remedy: "add the state to the scenario, or name another one in the policy's parameters")
        }
        return IdleStateID(UInt8(index))
    }
}
