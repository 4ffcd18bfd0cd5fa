import Runbooks
import TestSupport

@testable import TUI
@testable import mailconsole

/// A console at the end of a line: bytes go in at their time, as reads.
///
/// After each read a frame is shown, as on a terminal that is not stalled.
struct TimedConsole {
  var script: ConsoleScript
  private var decoder = InputDecoder()
  private var gate = KeyGate<ConsoleModel.Place>()
  private(set) var now = ContinuousClock.now

  init(_ script: ConsoleScript) {
    self.script = script
    show()
    pass(1000)
  }

  var model: ConsoleModel { script.model }

  mutating func read(_ text: String, after milliseconds: Int = 180) {
    read(Array(text.utf8), after: milliseconds)
  }

  mutating func read(_ bytes: [UInt8], after milliseconds: Int = 180) {
    pass(milliseconds)
    decoder.feed(bytes, at: now)
    handle()
  }

  /// Lets time pass in which nothing comes.
  mutating func pass(_ milliseconds: Int) {
    let then = now + .milliseconds(milliseconds)
    while let deadline = decoder.deadline, deadline < then {
      decoder.timeOut(at: deadline)
      handle()
    }
    now = then
  }

  mutating func resize(columns: Int, rows: Int, after milliseconds: Int = 300) {
    pass(milliseconds)
    handle(.resize(Size(columns: columns, rows: rows)))
    show()
  }

  /// Something happens that no key asked for.
  mutating func happen(_ event: ConsoleEvent, isShown: Bool = true) {
    script.effects += script.model.update(event)
    if isShown { show() }
  }

  mutating func show(isInputWaiting: Bool = false) {
    gate.shown(script.model.place, isInputWaiting: isInputWaiting, now: now)
  }

  private mutating func handle() {
    while let event = decoder.next() { handle(event) }
    show()
  }

  private mutating func handle(_ event: InputEvent) {
    let admitted = gate.admit(event, at: script.model.place, now: now)
    script.effects += script.model.update(.input(admitted))
    gate.took(leadingTo: script.model.place)
  }

  /// Whether anything left the console that a run, its record or its driver would feel, or the
  /// console itself.
  var decided: Bool {
    script.model.exitCode != nil
      || script.effects.contains {
        switch $0 {
        case .send, .start, .resume, .order: true
        case .look, .read, .readShelf, .readRunbook, .readChecks, .lookAtChecks, .readCheckEvidence,
          .readRuns, .readPlan, .readQueue, .readExercise, .readRecord, .readMessage,
          .readEvidence, .readOutput, .findKeys, .leaveWork, .terminal:
          false
        }
      }
  }

  // MARK: Places

  /// The go for a change is asked, and Go has the focus: one Return from being done.
  static func atGo() -> TimedConsole {
    var console = TimedConsole(.atRelease())
    console.read("a")
    console.read("\t")
    return console
  }

  /// The go for a destructive step is asked; its word is not typed.
  static func atWord() -> TimedConsole {
    var console = TimedConsole(.atDestruction())
    console.read("a")
    console.read("\t")
    return console
  }

  /// A start form whose next Return starts.
  static func atStart() -> TimedConsole {
    var script = ConsoleScript()
    script.press("j", .enter)
    return TimedConsole(script)
  }

  /// A sign-off, in the field of the words that must be typed.
  static func atSignOff() -> TimedConsole {
    var script = ConsoleScript.atSignOff()
    script.press("a")
    return TimedConsole(script)
  }

  /// The run's screen, where single letters act.
  static func atRun() -> TimedConsole { TimedConsole(.atRelease()) }

  /// A note, whose next Return writes it.
  static func atNote() -> TimedConsole {
    var console = TimedConsole(.atRelease())
    console.read("N")
    return console
  }
}
