// swift-tools-version: 6.2
// Pagefold: floors and their imports are described in docs/architecture.md; a floor imports only
// those below it, and Tests/TidyTests holds it to that.

import PackageDescription

let package = Package(
    name: "pagefold",
    products: [
        .executable(name: "pagefold", targets: ["pagefold"]),
        .library(name: "Simulator", targets: ["Simulator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        // Floor 0: time, events, randomness, statistics. Knows nothing of serverless.
        .target(name: "EventKernel", dependencies: ["CPrefetch"]),
        // One instruction that Swift lacks.
        .target(name: "CPrefetch"),
        // Floor 0: what numbers from few runs are worth. Knows nothing of serverless.
        .target(name: "Statistics", dependencies: ["EventKernel"]),
        // Floor 0: what everything that touches a file shares: errors, atomic writing, mapped bytes, the hash of bytes.
        .target(name: "Files", dependencies: ["CXXHash"]),
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
        // Floor 0: what this process may use of the machine: memory, processors.
        .target(name: "Machine", dependencies: ["Files"]),
        // Floor 0: what primitives cost on some hardware, and where each figure comes from.
        .target(name: "HardwareCosts", dependencies: ["EventKernel", "Files"]),
        // Floor 0: chunk sampling, fingerprints, the registry, patch codecs, profiles. Pages come from anywhere.
        .target(
            name: "PageContent",
            dependencies: ["EventKernel", "Files", "Statistics", "CZstd", "CLZ4", "CPrefetch"]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        // Floor 0: one-sided RDMA over reliable connections, and its raw timings. Loads libibverbs when first used.
        .target(name: "Verbs", dependencies: ["Files", "Machine", "CVerbs"]),
        // The verbs without linking to them.
        .target(name: "CVerbs", dependencies: ["CIBVerbs"]),
        // The headers alone: nothing links to the library.
        .systemLibrary(name: "CIBVerbs", providers: [.apt(["libibverbs-dev"])]),
        // Floor 1: pages of live processes, core files, CRIU images and virtual machines.
        .target(
            name: "Snapshots", dependencies: ["EventKernel", "Files", "Machine", "PageContent", "CProcess"]),
        // System calls that Swift cannot make: variadic ones and macros of the kernel's headers.
        .target(name: "CProcess"),
        // Floor 1: deduplicates real processes and brings them back, and the other ways to start a sandbox, with times.
        .target(
            name: "Restore",
            dependencies: ["Files", "Machine", "Verbs", "PageContent", "Snapshots", "CProcess"]),
        // Floor 1: measures what primitives cost on the machine at hand.
        .target(
            name: "Calibration",
            dependencies: [
                "EventKernel", "Files", "Machine", "Statistics", "HardwareCosts", "Verbs", "PageContent",
                "Restore", "CCalibration", "CNuma",
            ]),
        .systemLibrary(name: "CNuma", pkgConfig: "numa", providers: [.apt(["libnuma-dev"])]),
        // Clocks, barriers against the optimiser, dependent loads, and system calls that Swift lacks.
        .target(name: "CCalibration"),
        // Floor 1: functions, applications, arrivals; trace readers and generators.
        .target(name: "Workload", dependencies: ["EventKernel", "Files"]),
        // Floor 2: the cluster model, its engine, the policy hooks and the policies.
        .target(
            name: "Simulator",
            dependencies: ["EventKernel", "Files", "HardwareCosts", "PageContent", "Workload"]),
        // Floor 3: experiment files, sweeps, the result store, comparison, the regression check.
        .target(
            name: "Experiments",
            dependencies: [
                "EventKernel", "Files", "Machine", "Statistics", "HardwareCosts", "PageContent", "Restore",
                "Workload",
                "Simulator",
                .product(name: "Yams", package: "Yams"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),
        // Floor 4: the command line.
        .executableTarget(
            name: "pagefold",
            dependencies: [
                "EventKernel", "Files", "Machine", "Statistics", "HardwareCosts", "Verbs", "PageContent",
                "Calibration", "Restore", "Snapshots", "Workload", "Simulator", "Experiments",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),

        // Measures the engine's speed; see scripts/bench.
        .executableTarget(
            name: "pagefold-bench",
            dependencies: [
                "EventKernel", "Files", "PageContent", "Snapshots", "Workload", "Simulator", "CReferenceLoop",
            ]),
        // The yardstick: a plain loop in C that only counts cold starts.
        .target(name: "CReferenceLoop"),

        .testTarget(name: "EventKernelTests", dependencies: ["EventKernel"]),
        .testTarget(name: "FilesTests", dependencies: ["Files"]),
        .testTarget(name: "MachineTests", dependencies: ["Machine"]),
        .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "EventKernel"]),
        .testTarget(name: "HardwareCostsTests", dependencies: ["HardwareCosts", "EventKernel", "Files"]),
        .testTarget(name: "PageContentTests", dependencies: ["PageContent", "EventKernel", "Files"]),
        .testTarget(
            name: "SnapshotsTests",
            dependencies: ["Snapshots", "PageContent", "EventKernel", "Files", "CProcess"]),
        // A server in a process of its own, for the tests of Verbs.
        .executableTarget(name: "verbs-peer", dependencies: ["Verbs"], path: "Tests/VerbsPeer"),
        .testTarget(name: "VerbsTests", dependencies: ["Verbs", "Files", "Machine", "verbs-peer"]),
        .testTarget(name: "RestoreTests", dependencies: ["Restore", "PageContent", "EventKernel", "Files"]),
        .testTarget(name: "WorkloadTests", dependencies: ["Workload", "EventKernel", "Files"]),
        .testTarget(
            name: "SimulatorTests",
            dependencies: ["Simulator", "PageContent", "HardwareCosts", "Workload", "EventKernel", "Files"]),
        .testTarget(
            name: "ExperimentsTests",
            dependencies: [
                "Experiments", "HardwareCosts", "PageContent", "Simulator", "Workload", "Statistics",
                "EventKernel", "Files", "Machine",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "CalibrationTests",
            dependencies: [
                "Calibration", "Restore", "HardwareCosts", "PageContent", "Verbs", "EventKernel", "Files",
                "Machine",
            ]),
        .testTarget(name: "CommandTests", dependencies: []),
        .testTarget(name: "TidyTests", dependencies: []),
    ],
    swiftLanguageModes: [.v6]
)
