import EventKernel
import Files

extension Medes {
    /// What a parameter says that leaves the choice to the mode.
    static let byMode = "by-mode"

    static let entry = PolicyEntry<IdlePolicies>(
        "medes",
        "keeps warm, deduplicates or evicts by Medes' problems P1 (latency) and P2 (memory) (EuroSys'22 section 5); "
            + "needs idle-states",
        parameters: choices + numbers
    ) { values, context in
        IdlePolicies(
            idle: try Medes(
                context, settings: try MedesSettings(values), base: values.text("base"),
                deduplicated: values.text("deduplicated")))
    }

    private static func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ name: String, _ meaning: String, _ type: Choice.Type
    ) -> PolicyParameter {
        PolicyParameter(
            name, meaning, standard: .text(byMode), words: [byMode] + type.allCases.map(\.rawValue))
    }

    private static var choices: [PolicyParameter] {
        [
            PolicyParameter(
                "mode", "the paper or the released code, for what is left by-mode", standard: .text("paper"),
                words: MedesMode.allCases.map(\.rawValue)),
            PolicyParameter(
                "problem",
                "P1 (latency): least memory with short starts; P2 (memory): short starts in a budget",
                standard: .text("memory"), words: MedesProblem.allCases.map(\.rawValue)),
            choice("solver", "as stated (paper), or by the released code's closed forms", MedesSolver.self),
            choice("base-rule", "a base sandbox when D/B > T (paper), or when D >= T B", MedesBaseRule.self),
            choice(
                "budget-split", "P2: the budget by mean rates (paper), or by the highest",
                MedesBudgetSplit.self),
            choice(
                "benefit", "memory of deduplicated sandboxes: as observed (paper), or by a table",
                MedesBenefit.self),
            choice(
                "average-start", "the moving average of restores begins with the first (paper), or zero",
                MedesAverageStart.self),
            PolicyParameter(
                "goes-back", "whether a sandbox once deduplicated never stays warm again (artifact)",
                standard: .text(byMode), words: [byMode, "yes", "no"]),
            PolicyParameter(
                "bases-go", "whether bases that nothing refers to go after the keep-alive (paper)",
                standard: .text(byMode), words: [byMode, "yes", "no"]),
            PolicyParameter("base", "name of the base state", standard: .text("base")),
            PolicyParameter(
                "deduplicated", "name of the deduplicated state", standard: .text("deduplicated")),
        ]
    }

    private static var numbers: [PolicyParameter] {
        let standard = MedesSettings()
        return [
            PolicyParameter(
                "alpha", "P1: starts may take so many times a warm start on average",
                standard: .number(standard.alpha)),
            PolicyParameter(
                "threshold", "T: deduplicated sandboxes for each base", standard: .number(standard.threshold)),
            PolicyParameter(
                "idle-period", "idle time before a decision, and between two",
                standard: .duration(standard.idlePeriod)),
            PolicyParameter(
                "keep-alive", "how long a warm sandbox stays unused", standard: .duration(standard.keepAlive)),
            PolicyParameter(
                "keep-dedup", "how long a deduplicated sandbox stays unused",
                standard: .duration(standard.keepDedup)),
            PolicyParameter(
                "reuse-period", "time until a sandbox can be used again, beside start and execution",
                standard: .duration(standard.reusePeriod)),
            PolicyParameter(
                "default-restore", "how long a restore takes, before there was any",
                standard: .duration(standard.defaultRestore)),
            PolicyParameter(
                "ema-weight", "weight of the latest restore in the moving average",
                standard: .number(standard.weight)),
            PolicyParameter(
                "windows", "how many windows rates are taken over",
                standard: .number(Double(standard.windows))),
            PolicyParameter("window", "how long each window is", standard: .duration(standard.window)),
            PolicyParameter(
                "memory-share", "P2: the budget as a part of the cluster's memory",
                standard: .number(standard.memoryShare)),
            PolicyParameter(
                "restore-memory", "m_R, memory of a restore, for each deduplicated sandbox (linear only)",
                standard: .bytes(standard.restoreMemory)),
            PolicyParameter(
                "default-benefit", "part of its memory that an unknown function saves deduplicated",
                standard: .number(standard.defaultBenefit)),
        ]
    }
}

extension MedesSettings {
    /// The settings that the parameters give.
    /// - Throws: `InputError` for words that mean nothing.
    init(_ values: ParameterValues) throws {
        func word<Choice: CaseIterable & RawRepresentable<String>>(_ name: String, _ byMode: Choice) throws
            -> Choice
        {
            let text = values.text(name)
            if text == Medes.byMode { return byMode }
            if let choice = Choice(rawValue: text) { return choice }
            throw InputError(
                "medes: there is no \(name) '\(text)'",
                remedy: "there are \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        func flag(_ name: String, _ byMode: Bool) throws -> Bool {
            switch values.text(name) {
            case Medes.byMode: return byMode
            case "yes": return true
            case "no": return false
            case let text:
                throw InputError("medes: \(name) is '\(text)'", remedy: "give yes, no or \(Medes.byMode)")
            }
        }
        self.init(try word("mode", MedesMode.paper))
        problem = try word("problem", problem)
        solver = try word("solver", solver)
        baseRule = try word("base-rule", baseRule)
        budgetSplit = try word("budget-split", budgetSplit)
        benefit = try word("benefit", benefit)
        averageStart = try word("average-start", averageStart)
        goesBack = try flag("goes-back", goesBack)
        basesGo = try flag("bases-go", basesGo)
        alpha = values.number("alpha")
        threshold = values.number("threshold")
        idlePeriod = values.duration("idle-period")
        keepAlive = values.duration("keep-alive")
        keepDedup = values.duration("keep-dedup")
        reusePeriod = values.duration("reuse-period")
        defaultRestore = values.duration("default-restore")
        weight = values.number("ema-weight")
        windows = Int(exactly: values.number("windows")) ?? -1
        window = values.duration("window")
        memoryShare = values.number("memory-share")
        restoreMemory = values.bytes("restore-memory")
        defaultBenefit = values.number("default-benefit")
    }
}
