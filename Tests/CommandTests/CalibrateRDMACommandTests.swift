import Foundation
import Testing

private let hasDevice =
    (try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/infiniband").isEmpty) == false

/// `pagefold calibrate rdma` where there is no device; scripts/test-rdma runs it where there is one.
@Suite(.enabled(if: Command.exists, "skipped: no pagefold binary beside the tests; set PAGEFOLD_BINARY"))
struct CalibrateRDMACommandTests {
    @Test(
        .enabled(if: !hasDevice, "skipped: this machine has an RDMA device"),
        arguments: [
            ["rdma"], ["rdma", "serve"], ["rdma", "run", "127.0.0.1"], ["rdma", "--device", "none0"],
        ])
    func withoutADeviceItEndsAtOnceAndSaysWhy(words: [String]) throws {
        try withDirectory { directory in
            let output = words.contains("serve") ? [] : ["--output", "rdma.json"]
            let run = try Command.run(["calibrate"] + words + output, in: directory)
            #expect(run.status == 3, "\(run.errors)")
            // The library, the kernel's support or the device: each with what to do.
            #expect(run.errors.contains("RDMA") && run.errors.contains("("), "\(run.errors)")
            #expect(try names(in: directory) == ["small.yaml"])
        }
    }

    @Test(.enabled(if: !hasDevice, "skipped: this machine has an RDMA device"))
    func amongOtherPartsItIsMarkedAbsent() throws {
        try withDirectory { directory in
            let run = try Command.run(
                ["calibrate", "rdma", "hash", "--quick", "--rounds", "1", "--output", "c.yaml"], in: directory
            )
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("rdma: cannot run here: "))
            let text = try String(contentsOfFile: "\(directory)/c.yaml", encoding: .utf8)
            #expect(text.contains("rdma-read-pages:") && !text.contains("emulated"))
        }
    }

    @Test(arguments: [
        (["rdma", "serve", "hash"], "no other part"), (["rdma", "run"], "takes the host"),
        (["rdma", "run", "a", "b"], "takes the host"), (["hash", "serve"], "not a part of the calibration"),
        (["rdma", "--port", "18515"], "--port is for"), (["rdma", "run", "a", "--port", "0"], "1 to 65535"),
        (["rdma", "run", "a", "--port", "65536"], "1 to 65535"), (["rdma", "--listen", "::1"], "rdma serve"),
        (["rdma", "--ib-port", "0"], "1 to 255"), (["rdma", "--gid=-1"], "0 to 65535"),
        (["rdma", "--memory", "1 MiB"], "32 MiB"), (["rdma", "--memory", "much"], "such as 256 MiB"),
        (["rdma", "--queue-pairs", "0"], "1 to 65536"), (["hash", "--device", "mlx5_0"], "part rdma"),
        (["rdma", "serve", "--output", "a.json"], "measures nothing"),
        (["rdma", "serve", "--quick"], "measures nothing"),
    ])
    func wrongUseIsToldOf(words: [String], message: String) throws {
        try withDirectory { directory in
            let run = try Command.run(["calibrate"] + words, in: directory)
            #expect(run.status == 2, "\(run.errors)")
            #expect(run.output.isEmpty && run.errors.contains(message), "\(run.errors)")
        }
    }
}
