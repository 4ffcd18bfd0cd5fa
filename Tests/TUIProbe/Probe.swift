import TUI

/// What the terminal tests look at: a list, an output, and the last event, all
/// through the loop the console uses.
actor Probe: TerminalApplication {
  private let executor: TerminalExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  private(set) var exitCode: Int32?
  private let screen: String
  private let remark: String
  private var list = ListState()
  private var log = LogBuffer()
  private var logState = LogState()
  private var events = 0
  private var last = "none"
  private var size = Size(columns: 80, rows: 24)
  private var requests: [TerminalRequest] = []
  private var frames = 0

  init(executor: TerminalExecutor, screen: String, remark: String) {
    self.executor = executor
    self.screen = screen
    self.remark = remark
    for number in 0..<40 { log.append("line \(number) of the output") }
  }

  func render(on frame: inout Frame) {
    frames += 1
    size = frame.size
    if TooSmall.draw(on: &frame) { return }
    let (header, below) = frame.bounds.splitTop(1)
    let (footer, above) = below.splitBottom(1)
    let (status, body) = above.splitBottom(1)
    Header(badge: .init("TABLETOP", .tabletop), site: "probe", facts: [StyledText("\(size)")])
      .draw(in: header, on: &frame)
    if screen == "log" {
      LogView(log: log, state: logState).draw(in: body, on: &frame)
    } else {
      let glyphs = frame.glyphs
      ListView(count: 200, state: list) { row in
        [.init(glyphs.passed + " ", .good), .init("item \(row)"), .init("  ready", .dim)]
      }
      .draw(in: body, on: &frame)
      StatusLine(StyledText("event \(events): \(last)"), detail: StyledText(remark, .warning))
        .draw(in: status, on: &frame)
    }
    FooterKeys([KeyHint(keys: ["q"], label: "quit"), KeyHint(keys: ["j"], label: "down")])
      .draw(in: footer, on: &frame)
  }

  func handle(_ event: InputEvent) {
    events += 1
    switch event {
    case .key(let key):
      last = "key \(key)"
      act(on: key)
    case .burst(let keys):
      // Nothing here is worth asking for: tests send keys faster than hands.
      events += keys.count - 1
      for key in keys {
        last = "key \(key)"
        act(on: key)
      }
    case .paste(let text): last = "paste \(text)"
    case .resize(let size): last = "resize \(size)"
    case .focus(let isFocused): last = "focus \(isFocused)"
    case .signal(let signal):
      last = "signal \(signal)"
      if signal != .resumed { exitCode = signal.exitCode }
    case .hangUp: break
    }
  }

  private func act(on key: Key) {
    if let motion = Motion(key) {
      events -= 1
      last = "none"
      list.move(motion, count: 200, page: size.rows - 3)
    }
    switch key {
    case "q": exitCode = 0
    case "a": log.append("line \(log.endNumber) of the output")
    case "e": log("from the library")
    case "x": fatalError("the probe was told to crash")
    case "v": Self.touchNothing()
    case "z", "ctrl-z": requests.append(.suspend)
    case "r": requests.append(.repaint)
    case "w": flood()
    default: break
    }
  }

  private func log(_ message: String) {
    writeToStandardError(message + "\n")
  }

  /// A crash of the kind only C can make, asked for by a test.
  private static func touchNothing() {
    guard let nowhere = UnsafeMutablePointer<UInt8>(bitPattern: 8) else { return }
    nowhere.pointee = 1
  }

  /// Output as fast as a task elsewhere can produce it, for half a second.
  private func flood() {
    frames = 0
    Task.detached { [self] in
      let end = ContinuousClock.now + .milliseconds(500)
      while ContinuousClock.now < end { await append() }
      await finishFlood()
    }
  }

  private func append() {
    log.append("line \(log.endNumber) of the output")
  }

  private func finishFlood() {
    last = "flood over after \(frames) frames"
    log.append(last)
  }

  func takeRequest() -> TerminalRequest? {
    requests.isEmpty ? nil : requests.removeFirst()
  }
}
