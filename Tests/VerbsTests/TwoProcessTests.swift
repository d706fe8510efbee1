import Foundation
import Testing

@testable import Verbs

private let isPossible = DeviceList.obstacle() == nil && PeerProcess.program != nil
private let mayBreakNetwork = ProcessInfo.processInfo.environment["PAGEFOLD_TEST_VM"] != nil

extension DeviceTests {
    /// Both sides in processes of their own, and what goes wrong between them.
    @Suite(.serialized, .enabled(if: isPossible, "no RDMA device, or no verbs-peer beside the tests"))
    struct TwoProcessTests {
        private let regions = [RegionRequest(bytes: 1 << 20)]
        /// That of verbs-peer.
        private let token = "verbs-peer"

        private func serve() throws -> (PeerProcess, Int) {
            let peer = try PeerProcess(["serve", "0", "127.0.0.1"])
            let line = try #require(peer.line(with: "port"))
            return (peer, try #require(Int(line.dropFirst("port ".count))))
        }

        @Test func aServerServesOneClientAfterTheOtherAndTellsAThirdThatItIsBusy() throws {
            let (peer, port) = try serve()
            for _ in 0..<2 {
                let session = try MemorySession(
                    host: "127.0.0.1", port: port, token: token, regions: regions)
                let error = #expect(throws: VerbsError.self) {
                    try MemorySession(
                        host: "127.0.0.1", port: port, token: token, regions: regions)
                }
                #expect(error?.reason == .peer)
                #expect(error?.problem.contains("busy") == true)
                let connections = try Connections(session, settings: ConnectionSettings(), most: 2)
                try connections.add(2)
                let transfer = try Transfer(connections, landingBytes: 1 << 16)
                try transfer.verify(TransferPlan.spread(size: 4096, count: 50, bytes: 1 << 20))
            }
            withExtendedLifetime(peer) {}
        }

        @Test func aServerThatIsKilledInTheMiddleGivesAnErrorWithinSeconds() throws {
            let (peer, port) = try serve()
            let reader = try PeerProcess(["read", "127.0.0.1", "\(port)"])
            _ = try #require(reader.line(with: "reading"))
            usleep(300_000)
            peer.kill()
            let end = reader.finish()
            #expect(end.status == 1)
            #expect(end.output.contains("error:"))
            #expect(
                end.output.contains("no longer answers") || end.output.contains("has closed")
                    || end.output.contains("is gone")
                    || end.output.contains("failed"), "\(end.output)")
        }

        @Test func aClientThatIsKilledInTheMiddleLeavesTheServerReadyForTheNext() throws {
            let (peer, port) = try serve()
            let reader = try PeerProcess(["read", "127.0.0.1", "\(port)"])
            _ = try #require(reader.line(with: "reading"))
            reader.kill()
            _ = try #require(peer.line(with: "failed"))
            let session = try MemorySession(
                host: "127.0.0.1", port: port, token: token, regions: regions)
            #expect(session.regions.count == 1)
        }

        @Test func aPortInUseIsToldAtOnce() throws {
            let (peer, port) = try serve()
            let end = try PeerProcess(["serve", "\(port)", "127.0.0.1"]).finish()
            #expect(end.status == 1)
            #expect(end.output.contains("port \(port) is in use"))
            withExtendedLifetime(peer) {}
        }

        @Test func anotherVersionAndAnotherProtocolAreAnsweredAndTheServerGoesOn() throws {
            let (peer, port) = try serve()
            let old = try SocketAddresses.connect(host: "127.0.0.1", port: port, within: 5)
            try old.send(.bye, within: 1, version: 99)
            guard case .refusal(let why) = try old.receive(within: 5) else {
                Issue.record("no refusal")
                return
            }
            #expect(why.contains("version 99"))
            let other = try PeerProcess(shell: "exec 3<>/dev/tcp/127.0.0.1/\(port)")
            _ = other.finish()
            let session = try MemorySession(
                host: "127.0.0.1", port: port, token: token, regions: regions)
            #expect(session.peerDevice.isEmpty == false)
            withExtendedLifetime(peer) {}
        }

        @Test func aClientThatAsksForTooMuchIsRefusedWithTheLimit() throws {
            let (peer, port) = try serve()
            let error = #expect(throws: VerbsError.self) {
                try MemorySession(
                    host: "127.0.0.1", port: port, token: token, regions: [RegionRequest(bytes: 1 << 40)])
            }
            #expect(error?.problem.contains("at most") == true)
            withExtendedLifetime(peer) {}
        }

        @Test(.enabled(if: mayBreakNetwork, "only in a virtual machine of scripts/rdma-vm"))
        func aMachineWithoutTheLibraryStartsTheProgramAndSaysWhatToInstall() throws {
            let end = try PeerProcess(
                shell: "l=$(readlink -f /usr/lib/*/libibverbs.so.1) && exec unshare -m "
                    + "sh -c \"mount --bind /dev/null $l && exec PEER probe\""
            ).finish()
            #expect(end.status == 1)
            #expect(end.output.contains("install libibverbs1"), "\(end.output)")
        }

        @Test(.enabled(if: mayBreakNetwork, "only in a virtual machine of scripts/rdma-vm"))
        func lockedMemoryPermissionAndLinkAreNamedWhenTheyAreInTheWay() throws {
            let denied = try PeerProcess(
                shell:
                    "chmod 600 /dev/infiniband/uverbs0; exec setpriv --reuid 65534 --clear-groups PEER probe"
            )
            .finish()
            #expect(denied.status == 1)
            #expect(denied.output.contains("/dev/infiniband"), "\(denied.output)")
            let limited = try PeerProcess(
                shell: "chmod 666 /dev/infiniband/uverbs0; ulimit -l 256; "
                    + "exec setpriv --reuid 65534 --clear-groups PEER probe"
            ).finish()
            #expect(limited.status == 1)
            #expect(limited.output.contains("ulimit -l"), "\(limited.output)")
            let down = try PeerProcess(
                shell: "ip link set pagefold0 down; PEER probe; s=$?; ip link set pagefold0 up; exit $s"
            ).finish()
            #expect(down.status == 1)
            #expect(down.output.contains("no link"), "\(down.output)")
        }
    }
}
