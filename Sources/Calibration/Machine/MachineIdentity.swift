import CCalibration
import Glibc
import HardwareCosts
import Machine

/// What identifies the machine at hand, read from /proc and /sys. What is not there is left out.
public enum MachineIdentity {
    /// The facts. `clock` says what measures time, and how well.
    public static func facts(clock: ClockFacts? = nil, root: String = "") -> [MachineFact: String] {
        var facts: [MachineFact: String] = [:]
        facts[.cpu] = processor(root)
        facts[.memory] = memory(root)
        facts[.kernel] = SystemFile.text(root + "/proc/sys/kernel/osrelease")
        // A root of its own is not the machine that libnuma speaks of.
        facts[.numa] = (root.isEmpty ? NumaTopology.here : NumaTopology(root: root)).text
        facts[.governor] = SystemFile.text(root + "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
        facts[.virtualisation] = virtualisation(root)
        facts[.clock] = clockText(clock, root)
        facts[.load] = SystemFile.text(root + "/proc/loadavg").map {
            $0.split(separator: " ").prefix(3).joined(separator: " ")
        }
        return facts
    }

    /// The machine in a few words, for the origin of costs.
    public static func name(_ facts: [MachineFact: String]) -> String { facts[.cpu] ?? "unknown processor" }

    /// Today, as 2026-03-28, in local time.
    public static var today: String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        func padded(_ number: Int32, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        return [padded(parts.tm_year + 1900, 4), padded(parts.tm_mon + 1, 2), padded(parts.tm_mday, 2)]
            .joined(separator: "-")
    }

    private static func processor(_ root: String) -> String? {
        let file = root + "/proc/cpuinfo"
        let count = SystemFile.lines(file).count { $0.hasPrefix("processor") }
        // Arm's kernel gives no name, only numbers.
        let model =
            SystemFile.value(of: "model name", in: file)
            ?? SystemFile.value(of: "CPU part", in: file).map { "Arm part \($0)" }
        guard let model, count > 0 else { return model }
        return "\(model), \(count) \(count == 1 ? "processor" : "processors")"
    }

    private static func memory(_ root: String) -> String? {
        guard let text = SystemFile.value(of: "MemTotal", in: root + "/proc/meminfo"),
            let kibibytes = text.split(separator: " ").first.flatMap({ Double($0) })
        else { return nil }
        return "\((kibibytes / 1024 / 102.4).rounded() / 10) GiB"
    }

    private static func virtualisation(_ root: String) -> String? {
        let file = root + "/proc/cpuinfo"
        guard access(file, R_OK) == 0 else { return nil }
        let product = [
            SystemFile.text(root + "/sys/class/dmi/id/sys_vendor"),
            SystemFile.text(root + "/sys/class/dmi/id/product_name"),
            SystemFile.text(root + "/sys/hypervisor/type"),
        ].compactMap { $0 }.joined(separator: " ")
        let flags = SystemFile.value(of: "flags", in: file)?.split(separator: " ") ?? []
        // A root of its own is not the machine that this program runs on.
        let isEmulated = root.isEmpty ? hasEmulatedProcessor : isEmulatedByName(root: root)
        let kind = isEmulated ? "emulated" : "virtual"
        if isEmulated || flags.contains("hypervisor") {
            return product.isEmpty ? kind : "\(kind), \(product)"
        }
        // Only x86 says for certain that there is no hypervisor.
        return flags.isEmpty ? nil : "none"
    }

    private static func clockText(_ clock: ClockFacts?, _ root: String) -> String? {
        let source = SystemFile.text(
            root + "/sys/devices/system/clocksource/clocksource0/current_clocksource")
        var parts = [source.map { "CLOCK_MONOTONIC from \($0)" } ?? "CLOCK_MONOTONIC"]
        if let clock {
            parts.append("\(rounded(clock.overhead)) ns a reading, steps of \(rounded(clock.resolution)) ns")
            if let rate = clock.ticksPerNanosecond {
                parts.append("counter at \((rate * 1e5).rounded() / 1e5) GHz")
            }
        }
        return source == nil && clock == nil ? nil : parts.joined(separator: ", ")
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
