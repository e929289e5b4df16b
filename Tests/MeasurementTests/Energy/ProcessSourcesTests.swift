import Synchronization
import Testing

@testable import Measurement

@Suite struct ProcessCounterTests {
  typealias Reading = Result<UInt64, ReadingFault>

  /// What is counted from one reading to the next, two seconds and half a second of reading later.
  private func total(_ before: Reading, _ after: Reading) -> EnergyRecord {
    let time = SteppingClock()
    let count = Atomic(0)
    let source = ProcessSource(clock: time.clock) { () throws(ReadingFault) in
      time.advance(nanoseconds: 250_000_000)
      return try (count.add(1, ordering: .relaxed).oldValue == 0 ? before : after).get()
    }
    var counted = source.start()
    time.advance(nanoseconds: 2_000_000_000)
    return counted.stop().total
  }

  @Test func nanojoulesAreCountedBetweenReadings() {
    let record = total(.success(1_500_000_000), .success(4_500_000_000))
    #expect(
      record
        == EnergyRecord(
          .measured(Joules(3)), source: "proc_pid_rusage", domain: "process",
          interval: Seconds(2), overhead: Seconds(0.5)))
  }

  @Test func aCounterThatDoesNotRiseMeasuresNothing() {
    #expect(
      total(.success(5), .success(5)).figure == .unavailable(reason: "the counter stood still"))
    #expect(total(.success(5), .success(4)).figure == .unavailable(reason: "the counter fell"))
  }

  @Test func aFailedReadingMeasuresNothing() {
    let fault = Reading.failure(ReadingFault("why"))
    #expect(total(fault, .success(1)).figure == .unavailable(reason: "why"))
    #expect(total(.success(1), fault).figure == .unavailable(reason: "why"))
  }

  #if !os(macOS)
    @Test func otherSystemsSaySo() {
      var count = ProcessSource().start()
      #expect(
        count.stop().total.figure
          == .unavailable(reason: "only macOS counts the energy of a process"))
    }
  #endif
}
