import Dispatch
import Synchronization
import Testing

@testable import Reporting

/// A terminal that records what is written, and a clock that the test sets.
private final class RecordingTerminal: Sendable {
  let output = Mutex<[String]>([])
  let time = Mutex(0.0)
  let columns = Mutex(100)

  func terminal(isTerminal: Bool = true, isLogged: Bool = false) -> ProgressTerminal {
    let write: @Sendable (String) -> Void = { text in self.output.withLock { $0.append(text) } }
    return ProgressTerminal(
      isTerminal: isTerminal, columns: { self.columns.withLock(\.self) },
      now: { self.time.withLock(\.self) }, write: write, log: isLogged ? write : nil)
  }

  var drawings: [String] { output.withLock(\.self) }

  func wait(_ seconds: Double) { time.withLock { $0 += seconds } }
}

@Suite struct ProgressBarTests {
  @Test func writesNothingWhereNoOneWatches() {
    let recorder = RecordingTerminal()
    let bar = ProgressBar(totalWork: 10, terminal: recorder.terminal(isTerminal: false))
    bar.show("training")
    for _ in 0..<10 {
      recorder.wait(1)
      bar.advance(by: 1)
    }
    bar.hidden {}
    bar.finish()
    #expect(recorder.drawings.isEmpty)
  }

  @Test func `redirected output has a line for each finished piece of work and no bar`() {
    let recorder = RecordingTerminal()
    let bar = ProgressBar(
      totalWork: 2, terminal: recorder.terminal(isTerminal: false, isLogged: true))
    bar.show("mlp-1, batch 16")
    bar.done("mlp-1, batch 16, seed 1", work: 1)
    bar.done("a\u{1B}[1Ab\nc")
    bar.finish()
    #expect(recorder.drawings == ["mlp-1, batch 16, seed 1", "a\u{FFFD}[1Ab c"])
  }

  @Test func `on a terminal a finished piece of work only moves the bar`() {
    let recorder = RecordingTerminal()
    let bar = ProgressBar(totalWork: 2, terminal: recorder.terminal())
    bar.done("mlp-1, batch 16, seed 1", work: 1)
    #expect(recorder.drawings.count == 1)
    #expect(recorder.drawings.last?.contains(" 50 %") == true)
  }

  @Test func redrawsAtMostTenTimesASecond() {
    let recorder = RecordingTerminal()
    let bar = ProgressBar(totalWork: 10_000, terminal: recorder.terminal())
    for _ in 0..<10_000 {
      recorder.wait(1.0 / 4096)
      bar.advance(by: 1)
    }
    // 10,000 / 4096 seconds: the first drawing and at most one in each tenth after it.
    #expect(recorder.drawings.count <= 25)
    #expect(recorder.drawings.count >= 20)
  }

  @Test func redrawsOneLineInPlace() {
    let recorder = RecordingTerminal()
    let bar = ProgressBar(totalWork: 4, terminal: recorder.terminal())
    bar.show("batch 16")
    recorder.wait(10)
    bar.advance(by: 1)
    for drawing in recorder.drawings {
      #expect(drawing.hasPrefix("\r"))
      #expect(drawing.hasSuffix("\u{1B}[K"))
      #expect(!drawing.contains("\n"))
    }
    #expect(recorder.drawings.last?.contains(" 25 %  0:10 elapsed  0:30 left  batch 16") == true)
  }

  @Test func countsWorkAndNotCalls() {
    let recorder = RecordingTerminal()
    let bar = ProgressBar(totalWork: 100, terminal: recorder.terminal())
    recorder.wait(9)
    bar.advance(by: 90)
    #expect(recorder.drawings.last?.contains("0:01 left") == true)
    for nonsense in [-5, .nan, .infinity, 0] { bar.advance(by: nonsense) }
    recorder.wait(1)
    bar.advance(by: 1e300)
    #expect(recorder.drawings.last?.contains("100 %") == true)
  }

  @Test func leavesTheLastColumnFree() {
    let recorder = RecordingTerminal()
    recorder.columns.withLock { $0 = 40 }
    let bar = ProgressBar(totalWork: 1, terminal: recorder.terminal())
    bar.show(String(repeating: "long ", count: 40))
    let line = recorder.drawings.last?.dropFirst().dropLast(3) ?? ""
    #expect(TerminalText.width(String(line)) == 39)
    recorder.columns.withLock { $0 = 0 }
    recorder.wait(1)
    bar.advance(by: 0.5)
    #expect(recorder.drawings.last == "\r\u{1B}[K")
  }

  @Test func labelsCannotMoveTheCursor() {
    let recorder = RecordingTerminal()
    let bar = ProgressBar(totalWork: 1, terminal: recorder.terminal())
    bar.show("a\u{1B}[1Ab\nc")
    #expect(recorder.drawings.last?.contains("a\u{FFFD}[1Ab c") == true)
  }

  @Test func `other output appears without the bar, which is drawn again after it`() {
    let recorder = RecordingTerminal()
    let bar = ProgressBar(totalWork: 1, terminal: recorder.terminal())
    bar.show("training")
    let result = bar.hidden {
      recorder.output.withLock { $0.append("epoch 1\n") }
      return 7
    }
    #expect(result == 7)
    let drawings = recorder.drawings
    #expect(drawings.count == 4)
    #expect(drawings[1] == "\r\u{1B}[K")
    #expect(drawings[2] == "epoch 1\n")
    #expect(drawings[3] == drawings[0])
  }

  @Test func `a finished bar clears its line once and is not drawn again`() {
    let recorder = RecordingTerminal()
    let bar = ProgressBar(totalWork: 1, terminal: recorder.terminal())
    bar.show("training")
    bar.finish()
    bar.finish()
    recorder.wait(1)
    bar.advance(by: 1)
    bar.hidden {}
    #expect(recorder.drawings.count == 2)
    #expect(recorder.drawings.last == "\r\u{1B}[K")
  }

  @Test func clearsTheLineWhenItIsDropped() {
    let recorder = RecordingTerminal()
    do {
      let bar = ProgressBar(totalWork: 1, terminal: recorder.terminal())
      bar.show("training")
    }
    #expect(recorder.drawings.last == "\r\u{1B}[K")
  }

  @Test func addsUpWorkFromSeveralThreads() {
    let recorder = RecordingTerminal()
    let bar = ProgressBar(totalWork: 4000, terminal: recorder.terminal())
    DispatchQueue.concurrentPerform(iterations: 4) { worker in
      for _ in 0..<999 {
        bar.advance(by: 1)
        bar.show("worker \(worker)")
      }
    }
    recorder.wait(1)
    bar.advance(by: 3)
    #expect(recorder.drawings.last?.contains(" 99 %") == true)
    recorder.wait(1)
    bar.advance(by: 1)
    #expect(recorder.drawings.last?.contains("100 %") == true)
  }
}
