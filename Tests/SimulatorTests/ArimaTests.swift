import EventKernel
import Simulator
import Testing

@Suite struct ArimaTests {
    /// A normal variable, by the quantile function.
    private func normal(_ random: inout RandomStream) -> Double {
        normalQuantile(random.unit() * 0.999_999 + 5e-7)
    }

    /// x(t) = 100 + phi (x(t-1) - 100) + e(t).
    private func autoregression(_ phi: Double, count: Int, seed: UInt64) -> [Double] {
        var random = RandomStream(seed: seed, purpose: .test)
        var value = 100.0
        return (0..<count).map { _ in
            value = 100 + phi * (value - 100) + normal(&random)
            return value
        }
    }

    @Test("A constant series is forecast exactly")
    func constant() {
        #expect(Arima.forecast([Double](repeating: 18_000, count: 40)) == 18_000)
        #expect(Arima.forecast([5]) == 5)
        #expect(Arima.forecast([4, 6]) == 5)
        #expect(Arima.forecast([1, 2, 6]) == 3)
        #expect(Arima.forecast([]) == nil)
    }

    @Test("Of fewer than eight values the mean is taken")
    func shortSeries() {
        #expect(Arima.fit([1, 2, 3, 4, 5, 6, 7]) == nil)
        #expect(abs((Arima.forecast([1, 2, 3, 4, 5, 6, 7]) ?? 0) - 4) < 1e-12)
    }

    @Test("A trend, an alternation and a cycle of three are followed")
    func patterns() throws {
        let trend = try #require(Arima.forecast((1...30).map { Double($0) * 100 }))
        #expect(abs(trend - 3_100) < 1e-3)
        let alternation = try #require(Arima.forecast((0..<30).map { $0 % 2 == 0 ? 5 : 7 }))
        #expect(abs(alternation - 5) < 1e-3)
        let cycle = try #require(Arima.forecast((0..<30).map { [5, 7, 12][$0 % 3] }))
        #expect(abs(cycle - 5) < 1e-3)
    }

    @Test("The weight of a first-order autoregression is found: on average within its standard error")
    func autoregression() throws {
        // The estimate's standard error is sqrt((1 - phi^2) / n) = 0.06; its bias is near -(1 + 3 phi)/n =
        // -0.034.
        var sum = 0.0
        var fitted = 0
        var differenced = 0
        for seed in 0..<200 {
            let model = try #require(Arima.fit(autoregression(0.8, count: 100, seed: UInt64(seed))))
            if model.differencing == 1 { differenced += 1 }
            guard model.differencing == 0, model.autoregressive.count == 1, model.movingAverage.isEmpty else {
                continue
            }
            sum += model.autoregressive[0]
            fitted += 1
        }
        #expect(fitted > 80)
        #expect(differenced < 60)
        #expect(abs(sum / Double(fitted) - 0.8) < 0.06)
    }

    @Test("Forecasts of a random walk are near its last value, far nearer than its mean is")
    func randomWalk() throws {
        var squaredError = 0.0
        var squaredErrorOfMean = 0.0
        for seed in 0..<200 {
            var random = RandomStream(seed: UInt64(seed), purpose: .test)
            var value = 1_000.0
            var series: [Double] = []
            for _ in 0..<60 {
                value += normal(&random)
                series.append(value)
            }
            let next = value + normal(&random)
            let forecast = try #require(Arima.forecast(series))
            squaredError += (forecast - next) * (forecast - next)
            let mean = series.reduce(0, +) / 60
            squaredErrorOfMean += (mean - next) * (mean - next)
        }
        // The best possible is 1 per forecast, the variance of a step.
        #expect(squaredError / 200 < 1.4)
        #expect(squaredErrorOfMean / 200 > 8)
    }

    @Test("A moving average is found in differences that have one")
    func movingAverage() throws {
        // Exponential smoothing, ARIMA(0, 1, 1) with theta = -0.6: the best error variance is 1, the last
        // value's 1.36.
        var squaredError = 0.0
        for seed in 0..<300 {
            var random = RandomStream(seed: UInt64(seed), purpose: .test)
            var value = 1_000.0
            var before = normal(&random)
            var series: [Double] = []
            for _ in 0..<101 {
                let innovation = normal(&random)
                value += innovation - 0.6 * before
                before = innovation
                series.append(value)
            }
            let next = series.removeLast()
            let forecast = try #require(Arima.forecast(series))
            squaredError += (forecast - next) * (forecast - next)
        }
        #expect(squaredError / 300 < 1.25)
    }

    @Test("A first-order autoregression's forecast is that of least squares worked by hand")
    func byHand() throws {
        // Values from the fourth on against the one before: x = (2,3,4,3,2,3,6), y = (3,4,3,2,3,6,2).
        // Sums: x 23, y 23, x^2 87, x y 72, n 7. phi = (7*72 - 23*23) / (7*87 - 23*23) = -5/16,
        // c = (23 + 23*5/16) / 7 = 69/16, forecast = c + phi * 2 = 59/16.
        let series: [Double] = [2, 3, 2, 3, 4, 3, 2, 3, 6, 2]
        let phi = -5.0 / 16
        let constant = 69.0 / 16
        let model = Arima.fit(series, p: 1, d: 0, q: 0)
        #expect(abs(try #require(model).autoregressive[0] - phi) < 1e-12)
        #expect(abs(try #require(model).constant - constant) < 1e-12)
        #expect(abs(try #require(model).next - 59.0 / 16) < 1e-12)
        // Differences, d = 1, against the one before: x = (-1,1,1,-1,-1,1,3), y = (1,1,-1,-1,1,3,-4).
        // Sums: x^2 15, x y = -1+1-1+1-1+3-12 = -10; phi = -10/15; forecast = 2 + phi * -4 = 14/3.
        let differenced = try #require(Arima.fit(series, p: 1, d: 1, q: 0))
        #expect(abs(differenced.autoregressive[0] + 2.0 / 3) < 1e-12)
        #expect(abs(differenced.next - 14.0 / 3) < 1e-12)
        // The mean of all but the first three.
        #expect(abs(try #require(Arima.fit(series, p: 0, d: 0, q: 0)).next - 23.0 / 7) < 1e-12)
    }

    @Test("Whatever the series, a forecast is a positive number or none", arguments: 0..<200)
    func adversarial(seed: UInt64) {
        var random = RandomStream(seed: seed, purpose: .test)
        let count = Int(random.below(130))
        let kind = random.below(8)
        let series = (0..<count).map { index -> Double in
            switch kind {
            case 0: return random.unit() * 1e300
            case 1: return Double(random.below(2)) * 1e308
            case 2: return index == count / 2 ? 1e12 : 1
            case 3: return 0
            case 4: return portableExp(random.unit() * 700)
            case 5: return portablePow(1.9, Double(index))
            case 6: return random.unit() * 1e-300
            default: return Double(random.below(3))
            }
        }
        if let forecast = Arima.forecast(series) {
            #expect(forecast > 0 && forecast.isFinite, "kind \(kind), \(count) values")
        } else {
            #expect(series.allSatisfy { $0 == 0 } || kind == 1)
        }
        #expect(Arima.forecast(series) == Arima.forecast(series))
        #expect(Arima.forecast(series + [.nan]) == nil)
        #expect(Arima.forecast(series + [.infinity]) == nil)
    }

    @Test("Only the latest hundred values count")
    func latest() {
        let series = autoregression(0.5, count: 150, seed: 7)
        #expect(Arima.forecast(series) == Arima.forecast(Array(series.suffix(100))))
    }
}
