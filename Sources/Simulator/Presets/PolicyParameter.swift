import EventKernel

/// A parameter of a policy, as experiment files give it.
public enum ParameterValue: Hashable, Sendable {
    /// A time span, such as `10 min`.
    case duration(SimDuration)
    /// An amount of memory, such as `2 GiB`.
    case bytes(Bytes)
    /// A plain number.
    case number(Double)
    /// A word.
    case text(String)
    /// Yes or no.
    case flag(Bool)
    /// Memory times time, such as `500 GiB s`, in byte seconds.
    case byteSeconds(Double)
}

/// What a policy's parameter means.
public struct PolicyParameter: Hashable, Sendable {
    /// Its name in experiment files.
    public var name: String
    /// What it means, with unit and source.
    public var meaning: String
    /// Its value when it is not given. Its case says what kind of value is wanted.
    public var standard: ParameterValue
    /// The words allowed, for `text`; empty for any.
    public var words: [String]

    /// A parameter of a policy.
    public init(_ name: String, _ meaning: String, standard: ParameterValue, words: [String] = []) {
        self.name = name
        self.meaning = meaning
        self.standard = standard
        self.words = words
    }
}

/// The parameters of one policy, complete: those given, and the defaults of the others.
public struct ParameterValues: Sendable {
    private let values: [String: ParameterValue]

    /// The given values over the defaults of `parameters`.
    public init(_ parameters: [PolicyParameter], given: [String: ParameterValue]) {
        var values: [String: ParameterValue] = [:]
        for parameter in parameters { values[parameter.name] = given[parameter.name] ?? parameter.standard }
        self.values = values
    }

    /// A time span.
    public func duration(_ name: String) -> SimDuration {
        if case .duration(let value)? = values[name] { return value }
        preconditionFailure("the policy has no duration parameter '\(name)'")
    }

    /// An amount of memory.
    public func bytes(_ name: String) -> Bytes {
        if case .bytes(let value)? = values[name] { return value }
        preconditionFailure("the policy has no memory parameter '\(name)'")
    }

    /// A number.
    public func number(_ name: String) -> Double {
        if case .number(let value)? = values[name] { return value }
        preconditionFailure("the policy has no number parameter '\(name)'")
    }

    /// A word.
    public func text(_ name: String) -> String {
        if case .text(let value)? = values[name] { return value }
        preconditionFailure("the policy has no text parameter '\(name)'")
    }

    /// Yes or no.
    public func flag(_ name: String) -> Bool {
        if case .flag(let value)? = values[name] { return value }
        preconditionFailure("the policy has no yes-or-no parameter '\(name)'")
    }

    /// Memory times time in byte seconds.
    public func byteSeconds(_ name: String) -> Double {
        if case .byteSeconds(let value)? = values[name] { return value }
        preconditionFailure("the policy has no memory-time parameter '\(name)'")
    }
}
