import Synchronization
import Testing

@testable import TUI

/// A terminal that plays a script: each step is what one wait brings.
private final class ScriptedTerminal: Terminal {
  struct Step {
    var wakeUp: TerminalWakeUp = []
    var input: [InputEvent] = []
    var signals: [InputEvent] = []
    var isLost = false
  }

  let profile = TerminalProfile(glyphs: .unicode, theme: .mono)
  let size = Size(columns: 20, rows: 2)
  private(set) var frames: [Frame] = []
  private(set) var timeouts: [Duration?] = []
  private(set) var performed = 0
  private var script: [Step]
  private var current = Step()

  init(_ script: [Step]) {
    self.script = script
  }

  let isWritable = true
  var isInputWaiting: Bool { false }

  func present(_ frame: Frame) { frames.append(frame) }

  func wait(timeout: Duration?, untilWritable: Bool) -> TerminalWakeUp {
    timeouts.append(timeout)
    // A script that ended would be an endless wait: the loop should be over.
    current = script.isEmpty ? Step(wakeUp: .hangUp) : script.removeFirst()
    return current.wakeUp
  }

  func nextInput() -> InputEvent? {
    current.input.isEmpty ? nil : current.input.removeFirst()
  }

  func takeSignals() -> [InputEvent] {
    defer { current.signals = [] }
    return current.signals
  }

  var isLost: Bool { current.isLost }

  func perform(_ request: TerminalRequest) { performed += 1 }
}

private actor Recorder: TerminalApplication {
  private let executor: TerminalExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  private(set) var exitCode: Int32?
  private(set) var events: [InputEvent] = []
  var nextDeadline: ContinuousClock.Instant?
  private var requests: [TerminalRequest] = []

  init(executor: TerminalExecutor, deadline: ContinuousClock.Instant? = nil) {
    self.executor = executor
    nextDeadline = deadline
  }

  func render(on frame: inout Frame) {
    frame.draw("\(events.count) events", at: .zero)
  }

  func handle(_ event: InputEvent) {
    events.append(event)
    if event == .key("q") { exitCode = 7 }
    if event == .key("z") { requests.append(.suspend) }
  }

  func deadlineReached() {
    nextDeadline = nil
    exitCode = 8
  }

  func takeRequest() -> TerminalRequest? {
    requests.isEmpty ? nil : requests.removeFirst()
  }
}

@Suite("The event loop")
struct EventLoopTests {
  private func run(
    _ script: [ScriptedTerminal.Step],
    deadline: ContinuousClock.Instant? = nil
  ) -> (code: Int32, terminal: ScriptedTerminal, events: [InputEvent]) {
    let executor = TerminalExecutor()
    let terminal = ScriptedTerminal(script)
    let recorder = Recorder(executor: executor, deadline: deadline)
    var loop = EventLoop(terminal: terminal, executor: executor)
    let code = loop.run(recorder)
    return (code, terminal, recorder.assumeIsolated { $0.events })
  }

  @Test("draws first, hands over all input, draws once, and ends when asked")
  func quits() {
    let result = run([
      .init(wakeUp: .input, input: [.key("a"), .paste("b")]),
      .init(wakeUp: .input, input: [.key("q")]),
    ])
    #expect(result.code == 7)
    #expect(result.events == [.key("a"), .paste("b"), .key("q")])
    #expect(result.terminal.frames.map { $0.lines[0] } == ["0 events", "2 events"])
    #expect(result.terminal.timeouts.allSatisfy { $0 == nil }, "waits for ever when idle")
  }

  @Test("ends with 129 when the terminal hangs up, however it is told", arguments: 0..<3)
  func hangUp(way: Int) {
    let step: ScriptedTerminal.Step =
      switch way {
      case 0: .init(wakeUp: .hangUp)
      case 1: .init(wakeUp: .woken, signals: [.hangUp])
      default: .init(wakeUp: .input, isLost: true)
      }
    let result = run([step])
    #expect(result.code == 129)
    #expect(result.events == [.hangUp])
  }

  @Test("does not spin on a terminal that is readable for ever and yields nothing")
  func emptyReads() {
    let result = run(Array(repeating: .init(wakeUp: .input), count: 1000))
    #expect(result.code == 129)
    #expect(result.terminal.timeouts.count < 200)
  }

  @Test("takes what was typed before a hang-up")
  func inputBeforeHangUp() {
    let result = run([.init(wakeUp: [.input, .hangUp], input: [.key("q")])])
    #expect(result.code == 7)
  }

  @Test("calls at the deadline")
  func deadline() {
    let result = run([.init()], deadline: .now)
    #expect(result.code == 8)
    #expect(result.terminal.timeouts == [.zero])
  }

  @Test("performs what the application asks for and tells the size after it")
  func requests() {
    let result = run([
      .init(wakeUp: .input, input: [.key("z")]), .init(wakeUp: .input, input: [.key("q")]),
    ])
    #expect(result.terminal.performed == 1)
    #expect(result.events.contains(.resize(Size(columns: 20, rows: 2))))
  }
}

@Suite("Frames are spaced out")
struct FramePacerTests {
  @Test("at most twenty a second in the long run")
  func rate() {
    var pacer = FramePacer()
    let start = ContinuousClock.now
    var shown = 0
    for millisecond in 0..<10_000 {
      let now = start + .milliseconds(millisecond)
      if pacer.nextFrame(isUrgent: millisecond % 3 == 0, now: now) == nil { shown += 1 }
    }
    #expect((195...204).contains(shown))
  }

  @Test("but a key is answered at once under a flood of output")
  func urgent() {
    var pacer = FramePacer()
    let start = ContinuousClock.now
    var now = start
    for millisecond in 0..<1000 {
      now = start + .milliseconds(millisecond)
      _ = pacer.nextFrame(isUrgent: false, now: now)
    }
    #expect(pacer.nextFrame(isUrgent: true, now: now) == nil)
  }

  @Test("and says when to ask again")
  func next() throws {
    var pacer = FramePacer()
    let now = ContinuousClock.now
    while pacer.nextFrame(isUrgent: true, now: now) == nil {}
    let next = pacer.nextFrame(isUrgent: true, now: now)
    let due = try #require(next)
    #expect(due > now)
    #expect(pacer.nextFrame(isUrgent: true, now: due + .microseconds(1)) == nil)
  }
}

@Suite("The executor of the terminal")
struct TerminalExecutorTests {
  @Test("runs jobs of others on its own thread")
  func runsHere() {
    let executor = TerminalExecutor()
    let recorder = Recorder(executor: executor)
    let isDone = Mutex(false)
    withExtendedLifetime(recorder) {
      Task.detached {
        await recorder.handle(.key("a"))
      }
      while !isDone.withLock({ $0 }) {
        executor.drain()
        if recorder.assumeIsolated({ $0.events == [.key("a")] }) { isDone.withLock { $0 = true } }
      }
    }
    #expect(recorder.assumeIsolated { $0.events.count } == 1)
  }
}

@Suite("The profile of a terminal")
struct TerminalProfileTests {
  private func profile(
    _ variables: [String: String],
    isUTF8: Bool = true,
    theme: Theme? = nil
  ) throws -> TerminalProfile {
    try TerminalProfile.detect(variable: { variables[$0] }, isUTF8: isUTF8, theme: theme)
  }

  @Test("follows the environment")
  func environment() throws {
    #expect(try profile(["TERM": "xterm"]) == TerminalProfile(glyphs: .unicode, theme: .dark))
    #expect(try profile(["TERM": "xterm"], isUTF8: false).glyphs == .ascii)
    #expect(try profile(["TERM": "xterm", "NO_COLOR": "1"], theme: .light).theme == .mono)
    #expect(try profile(["TERM": "xterm", "NO_COLOR": ""]).theme == .dark)
    #expect(try profile(["TERM": "xterm", "COLORFGBG": "0;15"]).theme == .light)
    #expect(try profile(["TERM": "xterm", "COLORFGBG": "0;15"], theme: .dark).theme == .dark)
  }

  @Test("is refused with a reason")
  func refused() {
    #expect(throws: TerminalProfile.Unusable.noTerm) { try profile([:]) }
    #expect(throws: TerminalProfile.Unusable.dumb("dumb")) { try profile(["TERM": "dumb"]) }
  }
}
