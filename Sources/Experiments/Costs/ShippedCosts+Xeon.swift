extension ShippedCosts {
    /// A small virtual machine, measured.
    static let xeon = """
        # What operations cost on a small virtual machine: pagefold calibrate all, seven rounds, with
        # pages of two processes of the function htmlserve and the ten Python functions of
        # experiments/functions. Nothing else ran on it, but its host has other guests, and rounds
        # differ: what does so by more than 5 % is marked as noisy. Histograms of single operations are
        # left out, their quantiles are here. The machine has no RDMA adapter and one NUMA node.
        # docs/restores.md says what a start, a checkpoint and a restore are here: no containers,
        # restores into a process that stays.
        hardware-costs: 1
        name: xeon-vm
        about: "A virtual machine of two processors: all but RDMA, measured by pagefold calibrate all"
        machine:
          cpu: "Intel(R) Xeon(R) Processor, 2 processors"
          memory: "23.5 GiB"
          kernel: "6.18.44-fc-v470"
          numa: "1 node; node 0: processors 0-1"
          virtualisation: "virtual"
          clock: "CLOCK_MONOTONIC from tsc, 21.9 ns a reading, steps of 20.0 ns, counter at 2.3 GHz"
        costs:
          fingerprint-artifact:
            model: {per-item: {each: 1.9836 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "SHA-1 of OpenSSL 3.0.19, fetched once; 4099 pages, 5 chunks
                of 64 B; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 526 ns, 0.1: 1.2435 us, 0.25: 1.5315 us, 0.5: 1.8915 us, 0.75:
                2.3275 us, 0.9: 2.8715 us, 0.99: 4.6555 us, 0.999: 15.2 us, 1: 74.696 us}
              spread: 0.1391
              noisy: true
          fingerprint-paper:
            model: {per-item: {each: 363.49 ns}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "4099 pages, 5 chunks of 64 B; pages of two processes of
                htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 94 ns, 0.1: 189 ns, 0.25: 219 ns, 0.5: 270.5 ns, 0.75: 392.5 ns,
                0.9: 805.5 ns, 0.99: 1.7075 us, 0.999: 2.8235 us, 1: 89.979 us}
              spread: 0.0980
              noisy: true
          fingerprint-spread:
            model: {per-item: {each: 665.23 ns}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "4099 pages, 5 chunks of 64 B; pages of two processes of
                htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 441 ns, 0.1: 525.5 ns, 0.25: 549.5 ns, 0.5: 573.5 ns, 0.75: 605.5
                ns, 0.9: 657.5 ns, 0.99: 1.1075 us, 0.999: 10.271 us, 1: 196.88 us}
              spread: 0.0550
              noisy: true
          fingerprint-fixed:
            model: {per-item: {each: 90.742 ns}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "4099 pages, 5 chunks of 64 B; pages of two processes of
                htmlserve; 7 rounds"}
            evidence:
              spread: 0.0999
              noisy: true
          registry-lookup:
            model: {per-item: {each: 115.9 ns}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "4140 pages in a registry of 4141 pages; pages of two
                processes of htmlserve; 7 rounds"}
            evidence:
              spread: 0.0724
              noisy: true
          registry-insert:
            model: {per-item: {each: 80.205 ns}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "building a registry of 4141 pages; pages of two processes
                of htmlserve; 7 rounds"}
            evidence:
              spread: 0.0918
              noisy: true
          patch-encode-copy-insert:
            model: {per-item: {each: 4.2466 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2000 pages; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 299 ns, 0.1: 1.0515 us, 0.25: 1.8835 us, 0.5: 2.9675 us, 0.75:
                5.2315 us, 0.9: 8.4155 us, 0.99: 19.008 us, 0.999: 42.88 us, 1: 86.537 us}
              spread: 0.0581
              noisy: true
          patch-encode-lz4:
            model: {per-item: {each: 5.3784 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2000 pages; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 1.065 us, 0.1: 2.0875 us, 0.25: 3.2235 us, 0.5: 4.7835 us, 0.75:
                6.9275 us, 0.9: 8.9915 us, 0.99: 18.239 us, 0.999: 55.935 us, 1: 249.73 us}
              spread: 0.0551
              noisy: true
          patch-encode-zstd:
            model: {per-item: {each: 14.325 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2000 pages; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 4.189 us, 0.1: 5.3275 us, 0.25: 6.9595 us, 0.5: 13.536 us, 0.75:
                16.831 us, 0.9: 20.927 us, 0.99: 38.016 us, 0.999: 61.056 us, 1: 117.23 us}
              spread: 0.1476
              noisy: true
          patch-apply-copy-insert:
            model: {per-item: {each: 1.1925 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2000 pages; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 129 ns, 0.1: 255 ns, 0.25: 506.5 ns, 0.5: 845.5 ns, 0.75: 1.4915
                us, 0.9: 2.4715 us, 0.99: 5.3595 us, 0.999: 11.488 us, 1: 80.188 us}
              spread: 0.0553
              noisy: true
          patch-apply-lz4:
            model: {per-item: {each: 2.1877 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2000 pages; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 207 ns, 0.1: 785.5 ns, 0.25: 1.3395 us, 0.5: 2.0875 us, 0.75:
                2.8555 us, 0.9: 3.5595 us, 0.99: 5.7115 us, 0.999: 17.215 us, 1: 131.78 us}
              spread: 0.0613
              noisy: true
          patch-apply-zstd:
            model: {per-item: {each: 4.489 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2000 pages; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 326 ns, 0.1: 1.0835 us, 0.25: 2.3115 us, 0.5: 4.3675 us, 0.75:
                6.0315 us, 0.9: 7.9515 us, 0.99: 17.343 us, 0.999: 42.88 us, 1: 214.09 us}
              spread: 0.0650
              noisy: true
          compress-lz4:
            model: {per-item: {each: 7.1944 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2000 pages; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 493 ns, 0.1: 3.8315 us, 0.25: 5.9995 us, 0.5: 7.7275 us, 0.75:
                8.7355 us, 0.9: 9.4395 us, 0.99: 11.296 us, 0.999: 41.343 us, 1: 67.491 us}
              spread: 0.0548
              noisy: true
          decompress-lz4:
            model: {per-item: {each: 1.7339 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2000 pages; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 251 ns, 0.1: 1.1395 us, 0.25: 1.5155 us, 0.5: 1.7635 us, 0.75:
                1.9315 us, 0.9: 2.0875 us, 0.99: 2.8235 us, 0.999: 12.639 us, 1: 81.787 us}
              spread: 0.0484
          compress-zstd:
            model: {per-item: {each: 17.855 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2000 pages; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 2.889 us, 0.1: 10.912 us, 0.25: 14.175 us, 0.5: 17.983 us, 0.75:
                20.799 us, 0.9: 22.72 us, 0.99: 43.648 us, 0.999: 74.496 us, 1: 140.49 us}
              spread: 0.0490
          decompress-zstd:
            model: {per-item: {each: 6.9269 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2000 pages; pages of two processes of htmlserve; 7 rounds"}
            evidence:
              quantiles: {0: 644 ns, 0.1: 3.6875 us, 0.25: 5.6155 us, 0.5: 7.7275 us, 0.75:
                8.6075 us, 0.9: 9.2475 us, 0.99: 20.799 us, 0.999: 36.224 us, 1: 70.095 us}
              spread: 0.0394
          cold-start:
            model: {affine: {fixed: 10.868 ms, rate: 1.9323 ms/MiB}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "a process from nothing until it is ready; line over 10
                functions; 7 rounds"}
            evidence:
              fit: {r-squared: 0.0473, worst: 3.6394, points: 10}
              spread: 0.2627
              noisy: true
          dedup-start:
            model: {per-item: {each: 5.5368 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "dedup from process: base pages read, patches applied, pages
                given back, let go on; line over 10 functions; 7 rounds"}
            evidence:
              fit: {r-squared: 0.8638, worst: 0.9739, points: 10}
              spread: 0.3963
              noisy: true
          checkpoint:
            model: {affine: {rate: 0.41039 ms/MiB}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "threads stopped and private pages copied out; line over 10
                functions; 7 rounds"}
            evidence:
              fit: {r-squared: 0.9835, worst: 0.4010, points: 10}
              spread: 10.2048
              noisy: true
          restore-sandbox:
            model: {per-item: {each: 3.5637 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "dedup copied: pages given back, let go on; line over 10
                functions; 7 rounds"}
            evidence:
              fit: {r-squared: 0.8615, worst: 1.3911, points: 10}
              spread: 0.7167
              noisy: true
          restore-snapshot:
            model: {affine: {fixed: 30.45 ms, rate: 0.62257 ms/MiB}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "criu restore from images in memory; line over 10 functions;
                7 rounds"}
            evidence:
              fit: {r-squared: 0.9505, worst: 0.3118, points: 10}
              spread: 0.5059
              noisy: true
          fork:
            model: {affine: {fixed: 973.68 us, rate: 0.032395 ms/MiB}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "from the wish to fork until the child is ready; line over
                10 functions; 7 rounds"}
            evidence:
              fit: {r-squared: 0.8934, worst: 0.4994, points: 10}
              spread: 0.3704
              noisy: true
          dedup-overhead:
            model: 180 KiB
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "private memory and page tables of a process whose pages are
                given up, median of 10 functions; 7 rounds"}
          fault-anonymous:
            model: {per-item: {each: 1.0455 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "writing a byte to each of 4096 untouched small pages; 7
                rounds"}
            evidence:
              quantiles: {0: 1.077 us, 0.1: 1.1795 us, 0.25: 1.2515 us, 0.5: 1.3075 us, 0.75:
                1.3475 us, 0.9: 1.3875 us, 0.99: 3.1275 us, 0.999: 3.9915 us, 1: 65.549 us}
              spread: 0.1211
              noisy: true
          fault-userfaultfd:
            model: {per-item: {each: 6.506 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "from fault to resumption with UFFDIO_COPY, the thread that
                answers on the same processor; 7 rounds"}
            evidence:
              quantiles: {0: 5.149 us, 0.1: 5.5515 us, 0.25: 6.0635 us, 0.5: 6.4475 us, 0.75:
                6.9595 us, 0.9: 8.3515 us, 0.99: 10.207 us, 0.999: 40.831 us, 1: 82.706 us}
              spread: 0.1431
              noisy: true
          fault-minor:
            model: {per-item: {each: 801.87 ns}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "writing a byte to each of 4096 small pages of shared memory
                that are in the page cache; 7 rounds"}
            evidence:
              quantiles: {0: 1.004 us, 0.1: 1.0515 us, 0.25: 1.0915 us, 0.5: 1.2115 us, 0.75:
                1.2515 us, 0.9: 1.2675 us, 0.99: 1.3075 us, 0.999: 2.3435 us, 1: 86.505 us}
              spread: 0.1415
              noisy: true
          swap-in-zram:
            model: {per-item: {each: 4.0707 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "reading a byte of each of 2048 pages after MADV_PAGEOUT, a
                quarter of each random, zram, lzo-rle; 7 rounds"}
            evidence:
              quantiles: {0: 2.958 us, 0.1: 3.5115 us, 0.25: 3.7675 us, 0.5: 4.0075 us, 0.75:
                4.1435 us, 0.9: 4.3355 us, 0.99: 4.9115 us, 0.999: 36.992 us, 1: 95.76 us}
              spread: 0.0732
              noisy: true
          swap-in-zswap:
            model: {per-item: {each: 3.7006 us}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "reading a byte of each of 2048 pages after MADV_PAGEOUT, a
                quarter of each random, zswap, lzo; 7 rounds"}
            evidence:
              quantiles: {0: 3.046 us, 0.1: 3.6715 us, 0.25: 3.9275 us, 0.5: 4.1115 us, 0.75:
                4.2715 us, 0.9: 4.4315 us, 0.99: 5.7755 us, 0.999: 53.888 us, 1: 717.9 us}
              spread: 0.0357
          memory-latency-local:
            model: 159.58 ns
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "dependent loads in random order over 1040 MiB, huge pages;
                7 rounds"}
            evidence:
              quantiles: {0: 88 ns, 0.1: 114 ns, 0.25: 126 ns, 0.5: 143 ns, 0.75: 163 ns, 0.9:
                226 ns, 0.99: 340.5 ns, 0.999: 476.5 ns, 1: 59.297 us}
              spread: 0.3213
              noisy: true
          memory-bandwidth-local:
            model: 33904 MB/s
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "2 threads reading 1040 MiB, huge pages; 7 rounds"}
            evidence:
              spread: 0.0868
              noisy: true
          copy-from-process:
            model: {curve: {64: 543.39 ns, 512: 565.14 ns, 4096: 588.44 ns, 16384: 973.06 ns,
              65536: 3.1678 us, 262144: 10.825 us, 1048576: 59.284 us, 4194304: 366.33 us,
              16777216: 1.5021 ms}}
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "process_vm_readv from a child, 9 sizes to 16777216 B
                through 64 MiB; single copies are of 4 KiB; no line fits, so a curve; 7 rounds"}
            evidence:
              quantiles: {0: 474 ns, 0.1: 504.5 ns, 0.25: 537.5 ns, 0.5: 577.5 ns, 0.75: 601.5
                ns, 0.9: 617.5 ns, 0.99: 653.5 ns, 0.999: 1.6355 us, 1: 339.95 us}
              spread: 0.1461
              noisy: true
          hash-chunk-xxh3:
            model: 4.9989 ns
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "libxxhash 0.8.1 (dispatching), one buffer of 64 B in the
                cache; 7 rounds"}
            evidence:
              spread: 0.6311
              noisy: true
          hash-chunk-sha1:
            model: 208.01 ns
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "OpenSSL 3.0.19, one buffer of 64 B in the cache; 7 rounds"}
            evidence:
              quantiles: {0: 150 ns, 0.1: 175 ns, 0.25: 178 ns, 0.5: 185 ns, 0.75: 195 ns, 0.9:
                213 ns, 0.99: 376.5 ns, 0.999: 573.5 ns, 1: 136.61 us}
              spread: 0.6678
              noisy: true
          hash-chunk-sha256:
            model: 196.49 ns
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "OpenSSL 3.0.19, one buffer of 64 B in the cache; 7 rounds"}
            evidence:
              spread: 0.5838
              noisy: true
          hash-page-xxh3:
            model: 80.595 ns
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "libxxhash 0.8.1 (dispatching), one buffer of 4096 B in the
                cache; 7 rounds"}
            evidence:
              spread: 0.9139
              noisy: true
          hash-page-sha1:
            model: 2.5076 us
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "OpenSSL 3.0.19, one buffer of 4096 B in the cache; 7
                rounds"}
            evidence:
              quantiles: {0: 2.241 us, 0.1: 2.4715 us, 0.25: 2.4875 us, 0.5: 2.5675 us, 0.75:
                2.6475 us, 0.9: 3.6555 us, 0.99: 3.8795 us, 0.999: 20.927 us, 1: 64.239 us}
              spread: 0.5123
              noisy: true
          hash-page-sha256:
            model: 2.7731 us
            origin:
              measured: {machine: "Intel Xeon, 2 virtual processors", kernel: "6.18", date:
                2026-11-22, method: "OpenSSL 3.0.19, one buffer of 4096 B in the cache; 7
                rounds"}
            evidence:
              quantiles: {0: 2.44 us, 0.1: 2.4555 us, 0.25: 2.6315 us, 0.5: 2.7595 us, 0.75:
                2.7595 us, 0.9: 2.8555 us, 0.99: 3.0475 us, 0.999: 19.392 us, 1: 67.34 us}
              spread: 0.0888
              noisy: true
        absent:
          rdma-read-pages: "the machine has no RDMA adapter"
          rdma-read: "the machine has no RDMA adapter"
          rdma-outstanding-reads: "the machine has no RDMA adapter"
          rdma-bandwidth: "the machine has no RDMA adapter"
          rdma-message-rate: "the machine has no RDMA adapter"
          rdma-connection-setup: "the machine has no RDMA adapter"
          rdma-connection-memory: "the machine has no RDMA adapter"
          rdma-connection-slowdown: "the machine has no RDMA adapter"
          rdma-connection-switch: "the machine has no RDMA adapter"
          rdma-registration: "the machine has no RDMA adapter"
          patch-encode-xdelta3: "Pagefold has no xdelta3 coder; pages-measured has its costs"
          patch-apply-xdelta3: "Pagefold has no xdelta3 coder; pages-measured has its costs"
          restore-pause:
            "restores here refill a process that stays: there is nothing to do ahead of need"
          restore-disk: "images are kept in memory"
          remote-fork: "needs a kernel that forks over RDMA (MITOSIS, OSDI'23)"
          memory-latency-remote: "the machine has one NUMA node"
          memory-bandwidth-remote: "the machine has one NUMA node"

        """
}
