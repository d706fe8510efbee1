import EventKernel

/// The name of a run: a digest of everything that its result follows from.
enum RunDigest {
    /// 128 bits of `text` as 32 hexadecimal digits: two digests over different beginnings, so that a million
    /// runs have no two of the same name.
    static func text(_ text: String) -> String {
        [UInt64(1), 2].map { lane in
            var digest = Digest()
            digest.update(lane)
            digest.update(text)
            return digest.text
        }.joined()
    }
}

extension SweepPlan {
    /// The name of the run that fills a cell.
    func digest(_ cell: Cell, workload: String) -> String {
        RunDigest.text(
            "run \(pagefoldVersion) \(scenarios[scenario(cell)].digest) \(workload) "
                + "\(seed(ofReplicate: cell.replicate))")
    }

    /// The name of a workload.
    func digest(_ key: WorkloadPool.Key) -> String { RunDigest.text(YAMLWriter.text(pool.identity(key))) }
}
