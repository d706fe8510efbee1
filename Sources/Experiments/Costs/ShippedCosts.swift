/// The costs files that Pagefold brings along, so that they are found by name wherever it runs. The files
/// under `costs/` are the same; a test holds them equal.
enum ShippedCosts {
    /// Names and texts.
    static let texts: [(name: String, text: String)] = [
        ("medes-eurosys22", medes), ("pages-measured", pages), ("xeon-vm", xeon),
        ("connections", connections),
        ("connections-low", connectionsLow), ("connections-high", connectionsHigh), ("assumed", assumed),
    ]

    static let medes = """
        # What operations cost in the test bed of Medes (Saxena, Ji, Singhvi, Khalid, Akella: Memory
        # Deduplication for Serverless Computing with Medes, EuroSys'22, doi 10.1145/3492321.3524272): 20
        # CloudLab nodes, 10 Gbit/s. Fitted to its figure 8, table 2 (memory) and table 3 (saved memory), so
        # nothing here is evidence for a result of that paper. K, the patched pages of a sandbox, is saved
        # memory / (4096 B - 611 B), 611 B being the paper's mean patch (7.8). What the paper does not give is not
        # here.
        hardware-costs: 1
        name: medes-eurosys22
        about: "Fitted to the published measurements of Medes, EuroSys'22"
        costs:
          rdma-read-pages:
            model: {per-item: {each: 7.5 us}}
            origin:
              published: "Medes, figure 8, base page read, fitted over K: R2 0.95, 5.3 to 8.4 us"
          rdma-outstanding-reads:
            model: 64
            origin:
              published: "Medes' released code (utnslab/Medes 2e28dec): at most 64 reads outstanding"
          rdma-bandwidth:
            model: 10 Gbit/s
            origin:
              published: "Medes, section 7.1: 10 Gbit/s adapters; the link's speed, not a measured one"
          registry-lookup:
            model: {per-item: {each: 80 us}}
            origin:
              published: "Medes, section 7.7: about 80 us a page, one thread (32 at 4k pages, 84 at 22k)"
          patch-apply-xdelta3:
            model: {per-item: {each: 13.4 us, threads: 8}}
            origin:
              published: "Medes, figure 8, page computing, fitted over K: R2 0.98, 10.5 to 16.5 us; 8 threads"
          cold-start:
            model: {affine: {fixed: 492 ms, rate: 9.2 ms/MiB}}
            origin:
              published: "Medes, figure 8, cold start, fitted over table 2's memory: R2 0.77"
          dedup-start:
            model: {per-item: {fixed: 76 ms, each: 27.4 us}}
            origin:
              published: "Medes, figure 8, dedup start, fitted over K: R2 0.988, VideoPro 27 % too high"
          restore-pause:
            model: 510 ms
            origin:
              published: "Medes, section 4.2: a restore takes 650 ms, or 140 ms after a pause; the difference"
          restore-sandbox:
            model: {per-item: {fixed: 76 ms, each: 6.5 us}}
            origin:
              published: "Medes, figure 8: what the fitted dedup start leaves after reads and patches"
          dedup-overhead:
            model: 10 MB
            origin:
              published: "Medes' released code (CurrentUsedMemory): 10 MB for each deduplicated sandbox"

        """
}
