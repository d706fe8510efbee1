/// Functions whose sandboxes hold much the same libraries.
///
/// Real functions share a pool of 2 to 4 MB of interpreter with any other function of their runtime; more only with those
/// of their family (docs/profiles.md).
public struct FunctionFamily: Hashable, Sendable {
    /// Its name in experiment files and results.
    public var name: String

    /// The family of this name.
    private init(named name: String) { self.name = name }

    /// Python with little beyond its standard library.
    public static let interpreter = FunctionFamily(named: "interpreter")
    /// Python with numpy, and what images and videos need.
    public static let numpy = FunctionFamily(named: "numpy")
    /// Python with scikit-learn and pandas.
    public static let sklearn = FunctionFamily(named: "sklearn")
    /// Python with PyTorch.
    public static let torch = FunctionFamily(named: "torch")
    /// Node.js.
    public static let node = FunctionFamily(named: "node")
    /// Java.
    public static let java = FunctionFamily(named: "java")

    /// The families of the functions in `experiments/profiles`.
    public static let known = [interpreter, numpy, sklearn, torch, node, java]

    private static let ofKnownFunction: [String: FunctionFamily] = [
        "vanilla": interpreter, "mapreduce": interpreter, "authenc": interpreter, "htmlserve": interpreter,
        "linalg": numpy, "imagepro": numpy, "videopro": numpy,
        "featuregen": sklearn, "modeltrain": sklearn,
        "rnnmodel": torch,
        "noderender": node, "nodeseal": node,
        "javawords": java, "javaimage": java,
    ]

    /// The family of the profile function called `function`: capitals, and what merging profiles adds after an `@`, do not
    /// matter. A function that is not known is a family of its own, which has its name.
    public init(ofFunction function: String) {
        let plain = function.prefix { $0 != "@" }.lowercased()
        self = FunctionFamily.ofKnownFunction[plain] ?? FunctionFamily(named: String(plain))
    }
}
