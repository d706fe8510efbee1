import EventKernel
import Testing

@Suite("Time")
struct SimTimeTests {
    @Test("Sums that do not fit are never and for ever")
    func saturation() {
        #expect(SimTime(nanoseconds: .max - 1) + .nanoseconds(1) == .never)
        #expect(SimTime(nanoseconds: .max - 1) + .nanoseconds(2) == .never)
        #expect(SimTime(nanoseconds: 5) + .forever == .never)
        #expect(SimTime.never + .hours(1) == .never)
        #expect(SimTime.never + .zero == .never)
        #expect(SimDuration.forever + .seconds(1) == .forever)
        #expect(SimDuration.nanoseconds(.max - 3) + .nanoseconds(9) == .forever)
    }

    @Test("Sums and differences are exact")
    func arithmetic() {
        let time = SimTime.zero + .hours(2) + .minutes(3) + .seconds(4)
        #expect(time.nanoseconds == 7_384_000_000_000)
        #expect(time - (SimTime.zero + .minutes(3)) == .hours(2) + .seconds(4))
        #expect(SimDuration.milliseconds(7) - .microseconds(500) == .microseconds(6_500))
        #expect(SimDuration.microseconds(1) == .nanoseconds(1_000))
        #expect(SimTime(nanoseconds: 1) < SimTime(nanoseconds: 2))
        #expect(SimDuration.seconds(59) < .minutes(1))
        #expect(time.seconds == 7_384)
        #expect(SimDuration.milliseconds(250).seconds == 0.25)
    }

    @Test("Seconds round to the nearest nanosecond, and what is not a span is refused")
    func fromSeconds() {
        #expect(SimDuration(seconds: 1.5) == .milliseconds(1_500))
        #expect(SimDuration(seconds: 0.1) == .milliseconds(100))
        #expect(SimDuration(seconds: 4e-10) == .zero)
        #expect(SimDuration(seconds: 6e-10) == .nanoseconds(1))
        #expect(SimDuration(seconds: 0) == .zero)
        #expect(SimDuration(seconds: -1e-3) == nil)
        #expect(SimDuration(seconds: .nan) == nil)
        #expect(SimDuration(seconds: .infinity) == nil)
        #expect(SimDuration(seconds: 9.3e9) == nil)
    }
}
