extension ShippedCosts {
    /// Connections, the middle of the range.
    static let connections = """
        # What reliable connections between RDMA adapters cost. Published figures are few, of other adapters
        # than Medes', and rarely of reads of 4 KiB. So this is a middle course: results that rest on it are
        # to be given as the range from `connections-low` to `connections-high`, which hold the ends.
        hardware-costs: 1
        name: connections
        about: "Connections between RDMA adapters, a middle course; connections-low and -high are the ends"
        costs:
          rdma-connection-setup:
            model: {per-item: {each: 5 ms}}
            origin:
              assumed:
                reason:
                  "between 0.9 ms (rdma-core pull request 1448) and tens of ms (KRCORE, ATC'22,
                  arXiv 2201.11578v1, abstract)"
                low: 0.18
                high: 4
          rdma-connection-memory:
            model: {per-item: {each: 64 KiB}}
            origin:
              assumed:
                reason:
                  "queues for 64 reads and their completions, rounded to pages, with room for
                  more; SRC (APNet'25) has 146 MB for 512 servers, connections not said"
                low: 0.125
                high: 4
          rdma-connection-slowdown:
            model: {curve: {1: 1, 450: 1, 4096: 2, 10000: 2}}
            origin:
              assumed:
                reason:
                  "StaR (ICNP'21): peak performance with less than 450 connections (figure 1), up
                  to 4.13 times less than without state beyond (abstract)"
                low: 0.05
                high: 3.13
          rdma-connection-switch:
            model: 2.7 us
            origin:
              published:
                "UCX pull request 10415, review: a full handshake of a dynamic connection adds 2.7
                us in general"

        """

    /// Connections, its cheap end.
    static let connectionsLow = """
        # The cheap end of what connections between RDMA adapters may cost: see `connections`.
        hardware-costs: 1
        name: connections-low
        about: "Connections between RDMA adapters, the cheap end of the range"
        costs:
          rdma-connection-setup:
            model: {per-item: {each: 0.89 ms}}
            origin:
              published: "rdma-core pull request 1448, cmtime: 1,000 connections in 890 ms, set up together"
          rdma-connection-memory:
            model: {per-item: {each: 8 KiB}}
            origin:
              assumed:
                reason: "a page for 64 reads, a page for their completions and the adapter's context"
                low: 0.5
                high: 32
          rdma-connection-slowdown:
            model: {curve: {1: 1, 450: 1, 4096: 1.05, 10000: 1.05}}
            origin:
              assumed:
                reason:
                  "a miss in the adapter's cache hides behind 63 other reads of 4 KiB; UCX (pull
                  request 10415) counts 0.32 ns of latency a connection"
                low: 0.5
                high: 63
          rdma-connection-switch:
            model: 140 ns
            origin:
              published:
                "UCX pull request 11498: what UCX counts for a full handshake when it chooses a
                transport"

        """

    /// Connections, its dear end.
    static let connectionsHigh = """
        # The dear end of what connections between RDMA adapters may cost: see `connections`.
        hardware-costs: 1
        name: connections-high
        about: "Connections between RDMA adapters, the dear end of the range"
        costs:
          rdma-connection-setup:
            model: {per-item: {each: 20 ms}}
            origin:
              assumed:
                reason: "KRCORE (ATC'22, arXiv 2201.11578v1, abstract): several or tens of milliseconds"
                low: 0.04
                high: 2
          rdma-connection-memory:
            model: {per-item: {each: 256 KiB}}
            origin:
              assumed:
                reason: "deep queues with large entries, as drivers allocate them by default"
                low: 0.03
                high: 2
          rdma-connection-slowdown:
            model: {curve: {1: 1, 450: 1, 4096: 4.13, 10000: 4.13}}
            origin:
              assumed:
                reason:
                  "the worst that StaR (ICNP'21, abstract) saw, reached at an assumed 4,096
                  connections, as if it held for 4 KiB"
                low: 0.01
                high: 2
          rdma-connection-switch:
            model: 10 us
            origin:
              published:
                "KRCORE (ATC'22), abstract: a connection over dynamic transport within 10 us, all
                told"

        """
}
