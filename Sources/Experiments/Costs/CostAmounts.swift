import Files
import HardwareCosts

extension UnitFamily {
    /// Time spans of single operations; `Double` amounts are nanoseconds, parts of which are possible.
    static let operationTime = UnitFamily(
        name: "a duration", example: "7.5 us", units: Array(UnitFamily.time.units.prefix(4)), base: 1)

    /// Data a second; `Double` amounts are bytes a second.
    static let bandwidth = UnitFamily(
        name: "a bandwidth", example: "10 Gbit/s",
        units: [
            (["B/s"], 1), (["KB/s", "kB/s"], 1_000), (["Mbit/s"], 125_000), (["MB/s"], 1_000_000),
            (["MiB/s"], 1 << 20), (["Gbit/s"], 125_000_000), (["GB/s"], 1_000_000_000), (["GiB/s"], 1 << 30),
        ], base: 1)
}

extension Kind where Value == Double {
    /// An amount of `quantity`, in the unit in which cost models count.
    static func cost(_ quantity: CostQuantity) -> Kind {
        switch quantity {
        case .time: .amount(.operationTime)
        case .memory: .amount(.memory)
        case .bandwidth: .amount(.bandwidth)
        case .rate: .rate
        case .factor, .count: .number
        }
    }

    /// An amount of `quantity` for each byte, written for more of them: `0.73 ms/MiB`.
    static func cost(perByte quantity: CostQuantity) -> Kind {
        let amount = Kind.cost(quantity)
        return Kind("an amount for some bytes such as 0.73 ms/MiB") { node, base, faults in
            guard let text = node.scalar else {
                faults.expected("an amount for some bytes such as 0.73 ms/MiB", node)
                return base
            }
            let parts = text.split(separator: "/", maxSplits: 1).map { $0.trimmed }
            if text == "0" { return 0 }
            guard parts.count == 2 else {
                faults.add(
                    node, "\(node.description) does not say for how many bytes",
                    remedy: "write 0.73 ms/MiB, or 0.2 ns/B")
                return base
            }
            let before = faults.errors.count
            let isUnit = parts[1].first.map { !$0.isNumber && $0 != "." } ?? true
            let size = Kind.amount(.memory).limited(to: "above 0") { $0 > 0 }
                .read(node.with(text: isUnit ? "1 \(parts[1])" : String(parts[1])), 1, faults)
            let value = amount.read(node.with(text: String(parts[0])), base, faults)
            return faults.errors.count > before ? base : value / size
        } write: { value in
            // A power of two changes no digit: what is read back is the same number.
            let perMebibyte = value * 0x1p20
            return .text("\(amount.write(perMebibyte).scalar ?? "0")/MiB")
        }
    }
}

extension ConfigNode {
    /// A part of this scalar, as if it stood in its place.
    func with(text: String) -> ConfigNode {
        ConfigNode(.scalar(text, quoted: false), origin: origin, path: path)
    }
}

extension Kind {
    /// A mapping of rising numbers to amounts, such as `{0: 1 us, 1: 3 us}`.
    static func points<Point>(
        _ amount: Kind<Double>, make: @escaping (Double, Double) -> Point,
        split: @escaping (Point) -> (Double, Double)
    ) -> Kind where Value == [Point] {
        let expected = "numbers with \(amount.expected), such as {0: ..., 1: ...}"
        return Kind(expected) { node, base, faults in
            guard let entries = node.entries, !entries.isEmpty else {
                faults.expected(expected, node)
                return base
            }
            return entries.map { entry in
                let key = ConfigNode(
                    .scalar(entry.key, quoted: false), origin: entry.origin, path: node.path)
                return make(Kind<Double>.number.read(key, 0, faults), amount.read(entry.value, 0, faults))
            }
        } write: { points in
            .mapping(
                points.map(split).map { (Kind<Double>.number.write($0.0).scalar ?? "", amount.write($0.1)) })
        }
    }
}
