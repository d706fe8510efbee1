extension ShippedCosts {
    /// Guesses.
    static let assumed = """
        # What runs of Medes and of its rivals need and no source gives: put it last in the list, so that it
        # fills only what is missing. Each is a guess with a reason and a range, and what rests on one is
        # reported as a range.
        hardware-costs: 1
        name: assumed
        about: "Guesses for what nobody has published, each with a range to sweep"
        costs:
          rdma-registration:
            model: {affine: {fixed: 60 us, rate: 80 us/MiB}}
            origin:
              assumed: {reason: "pinning 256 pages at 0.3 us each", low: 0.3, high: 5}
          registry-insert:
            model: {per-item: {each: 40 us}}
            origin:
              assumed:
                reason:
                  "half a look-up of Medes' controller (80 us, section 7.7); 0.3 us where nothing
                  but the table is counted"
                low: 0.0075
                high: 3
          checkpoint:
            model: {affine: {fixed: 1 s, rate: 1.5 ms/MiB}}
            origin:
              assumed:
                reason:
                  "what is left of Medes' 2 s and 3.3 s a dedup operation (section 7.7) after the
                  other parts; CRIU 4.1 alone: 0.22 s for 150 MB"
                low: 0.2
                high: 1.5
          restore-snapshot:
            model: {affine: {fixed: 30 ms, rate: 0.3 ms/MiB}}
            origin:
              assumed:
                reason:
                  "CRIU 4.1 restoring on demand: 29 ms for 150 MB, and 1.2 us for each page
                  touched; below 1 ms is the best case of Catalyzer (ASPLOS'20, abstract), all at
                  once 0.2 s"
                low: 0.03
                high: 5
          restore-disk:
            model: {affine: {fixed: 60 ms, rate: 1.97 ms/MiB}}
            origin:
              assumed:
                reason:
                  "REAP (ASPLOS'21): 50 ms for the monitor, 4 to 7 ms to connect, the working set
                  at 533 MB/s; here all memory"
                low: 0.3
                high: 5
          fork:
            model: {affine: {fixed: 2 ms, rate: 0.05 ms/MiB}}
            origin:
              assumed:
                reason: "copying the page table of an initialised runtime: 1 to 5 ms"
                low: 0.25
                high: 5
          remote-fork:
            model: {affine: {fixed: 5 ms, rate: 0.5 ms/MiB}}
            origin:
              assumed:
                reason:
                  "MITOSIS (OSDI'23, abstract) forks 10,000 containers in a second over several
                  machines; half of the pages read at 4 us each"
                low: 0.2
                high: 6
          fault-minor:
            model: {per-item: {each: 0.5 us}}
            origin:
              assumed: {reason: "less than the 1.3 us of a page that must be cleared", low: 0.4, high: 3}

        """
}
