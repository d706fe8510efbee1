extension ShippedCosts {
    /// Work on single pages.
    static let pages = """
        # What work on single pages costs, on one core: fingerprints, patches, compression, faults. Measured
        # in the course of this project on small virtual machines, with pages of Python processes whose
        # addresses were random: see docs/performance.md, where `scripts/bench` prints those of Pagefold's
        # own code anew. Others were measured with the libraries of Debian 12, in C with -O3. No source of
        # Medes gives any of this.
        hardware-costs: 1
        name: pages-measured
        about: "Work on single pages, one core, measured with pages of Python processes"
        costs:
          fingerprint-artifact:
            model: {per-item: {each: 3.4 us}}
            origin:
              measured:
                machine: AMD EPYC (Zen 5), 2 virtual cores
                kernel: "6.18"
                date: 2026-11-21
                method:
                  "SHA-1 by OpenSSL's one-shot calls as in the released code; 0.34 us with XXH3 in
                  its place"
          fingerprint-paper:
            model: {per-item: {each: 0.55 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: scripts/bench
          fingerprint-spread:
            model: {per-item: {each: 0.74 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: scripts/bench
          fingerprint-fixed:
            model: {per-item: {each: 0.12 us}}
            origin:
              measured:
                machine: AMD EPYC (Zen 5), 2 virtual cores
                kernel: "6.18"
                date: 2026-11-21
                method: "five chunks, XXH3: 0.077 to 0.160 us"
          patch-encode-copy-insert:
            model: {per-item: {each: 3.26 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: scripts/bench
          patch-encode-lz4:
            model: {per-item: {each: 5.99 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: scripts/bench
          patch-encode-zstd:
            model: {per-item: {each: 16.62 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: scripts/bench
          patch-encode-xdelta3:
            model: {per-item: {each: 20 us}}
            origin:
              measured:
                machine: AMD EPYC (Zen 5), 2 virtual cores
                kernel: "6.18"
                date: 2026-11-21
                method: "xdelta3 3.1 at level 1, real pages: 17.7 to 23.2 us (12.3 us on synthetic ones)"
          patch-apply-copy-insert:
            model: {per-item: {each: 0.83 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: scripts/bench
          patch-apply-lz4:
            model: {per-item: {each: 1.28 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: scripts/bench
          patch-apply-zstd:
            model: {per-item: {each: 4.06 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: scripts/bench
          patch-apply-xdelta3:
            model: {per-item: {each: 5.6 us}}
            origin:
              measured:
                machine: AMD EPYC (Zen 5), 2 virtual cores
                kernel: "6.18"
                date: 2026-11-21
                method: "xdelta3 3.1 at level 1, real pages: 4.8 to 6.4 us (1.7 us on synthetic ones)"
          compress-lz4:
            model: {per-item: {each: 6.71 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: scripts/bench
          decompress-lz4:
            model: {per-item: {each: 1.58 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: scripts/bench
          compress-zstd:
            model: {per-item: {each: 17.64 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: "scripts/bench, level 1"
          decompress-zstd:
            model: {per-item: {each: 7.13 us}}
            origin:
              measured:
                machine: "Intel Xeon, 2 virtual cores"
                kernel: "6.18"
                date: 2026-11-21
                method: "scripts/bench, level 1"
          fault-anonymous:
            model: {per-item: {each: 1.3 us}}
            origin:
              measured:
                machine: AMD EPYC (Zen 5), 2 virtual cores
                kernel: "6.18"
                date: 2026-11-21
                method: "first touch of anonymous memory, busy machine: 1.2 to 1.4 us"
          fault-userfaultfd:
            model: {per-item: {each: 7.1 us}}
            origin:
              measured:
                machine: AMD EPYC (Zen 5), 2 virtual cores
                kernel: "6.18"
                date: 2026-11-21
                method: "median from fault to resumption with UFFDIO_COPY, busy machine: 7.0 to 7.3 us"
          swap-in-zram:
            model: {per-item: {each: 5.6 us}}
            origin:
              measured:
                machine: AMD EPYC (Zen 5), 2 virtual cores
                kernel: "6.18"
                date: 2026-11-21
                method: "median after MADV_PAGEOUT, a quarter of each page random, busy machine"
          swap-in-zswap:
            model: {per-item: {each: 6.8 us}}
            origin:
              measured:
                machine: AMD EPYC (Zen 5), 2 virtual cores
                kernel: "6.18"
                date: 2026-11-21
                method: "median after MADV_PAGEOUT, lzo, a quarter of each page random, busy machine"

        """
}
