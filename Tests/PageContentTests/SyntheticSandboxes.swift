import EventKernel
import PageContent

/// Sandboxes made of random pages that share some of their content, for tests.
struct SyntheticSandboxes {
    private var random: RandomStream

    init(seed: UInt64) { random = RandomStream(seed: seed, purpose: .test) }

    /// `functions` functions of `instances` instances each: of every function's pages a third are the same in
    /// all functions, a third the same but for some words in all instances, the rest the instance's own; one is zero.
    mutating func make(
        functions: Int, instances: Int, pages: Int, secret: [UInt8] = []
    ) -> [ProfileBuilder.Instance] {
        let common = (0..<pages / 3).map { _ in page() }
        return (0..<functions).flatMap { function in
            let own = (0..<pages / 3).map { _ in page() }
            return (0..<instances).map { instance in
                var all = common
                all += own.map { edited($0, words: Int(random.below(60))) }
                while all.count < pages - 1 { all.append(page()) }
                all.append([UInt8](repeating: 0, count: Page.size))
                if !secret.isEmpty && instance == 0 {
                    all[all.count - 2].replaceSubrange(100..., with: padded(secret))
                }
                return ProfileBuilder.Instance(
                    pages: SyntheticSandboxes.set("f\(function)", instance, all),
                    labels: [
                        ProfileLabel(name: "mode", value: "on"),
                        ProfileLabel(name: "language", value: function == 0 ? "python" : "node"),
                        ProfileLabel(name: "import-ms", value: "\(100 + instance)"),
                    ])
            }
        }
    }

    /// The pages of instance `instance` of `function`, all anonymous, in one region.
    static func set(_ function: String, _ instance: Int, _ pages: [[UInt8]]) -> PageSet {
        PageSet(
            label: InstanceLabel(function: function, instance: instance),
            memory: PageMemory(copying: pages.flatMap { $0 }),
            kinds: Array(repeating: .anonymous, count: pages.count),
            places: pages.indices.map { PagePlace(region: 1, offset: UInt32($0)) },
            filePages: (0..<4).map { FilePage(file: 7, offset: UInt64($0 + instance)) })
    }

    /// A page of random bytes.
    mutating func page() -> [UInt8] {
        (0..<Page.size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// `page` with `words` random words rewritten.
    mutating func edited(_ page: [UInt8], words: Int) -> [UInt8] {
        var page = page
        for _ in 0..<words {
            let place = Int(random.below(UInt64(Page.size / 8))) * 8
            for offset in 0..<8 { page[place + offset] = UInt8(truncatingIfNeeded: random.next()) }
        }
        return page
    }

    private func padded(_ secret: [UInt8]) -> [UInt8] {
        secret + [UInt8](repeating: 0x5A, count: Page.size - 100 - secret.count)
    }
}
