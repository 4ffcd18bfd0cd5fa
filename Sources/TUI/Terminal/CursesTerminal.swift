import CNcurses

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The terminal of this process, by ncurses.
///
/// A class, because the device is one and must be given back exactly once. Not
/// `Sendable`: all of it happens on the thread that made it.
public final class CursesTerminal: Terminal {
  public private(set) var profile: TerminalProfile
  private var decoder: InputDecoder
  private var bytes = [UInt8](repeating: 0, count: 4096)
  private var shown: Frame?
  private var wasDrained = true

  /// Takes the terminal over.
  ///
  /// - Throws: `TerminalProfile.Unusable` with the terminal untouched.
  public init(theme: Theme? = nil) throws(TerminalProfile.Unusable) {
    guard tui_has_terminal() else { throw .notATerminal }
    var profile = try TerminalProfile.detect(
      variable: Self.variable,
      isUTF8: tui_locale_is_utf8(),
      theme: theme
    )
    let term = Self.variable("TERM") ?? ""
    switch tui_open_result(UInt32(tui_open(profile.theme != .mono))) {
    case TUI_OPEN_OK: break
    case TUI_OPEN_UNKNOWN_TERMINAL: throw .unknownTerminal(term)
    case TUI_OPEN_NO_CURSOR: throw .cannotMoveCursor(term)
    default: throw .notATerminal
    }
    if tui_colours() == 0 { profile.theme = .mono }
    let used = String(cString: tui_terminal_name())
    if used != term {
      profile.remark = "shown as \(used): TERM=\(term) is unknown here"
    }
    self.profile = profile
    decoder = InputDecoder(
      keys: .ofTerminal(),
      escapePatience: Self.variable("ESCDELAY").flatMap { UInt16($0) }
        .map { .milliseconds(Int($0)) } ?? .milliseconds(100)
    )
    tui_resize()
  }

  deinit {
    tui_close()
  }

  /// Gives the terminal back.
  ///
  /// Further calls do nothing.
  public func close() {
    tui_close()
  }

  public var size: Size {
    var columns: Int32 = 0
    var rows: Int32 = 0
    tui_size(&columns, &rows)
    return Size(columns: Int(columns), rows: Int(rows))
  }

  public var isWritable: Bool { tui_is_writable() }

  public func present(_ frame: Frame) {
    guard frame != shown else { return }
    shown = frame
    tui_erase()
    for (row, cells) in frame.rows.enumerated() {
      put(cells, row: row)
    }
    if let cursor = frame.cursor, frame.bounds.contains(cursor) {
      tui_cursor(Int32(cursor.row), Int32(cursor.column), true)
    } else {
      tui_cursor(0, 0, false)
    }
    tui_refresh()
  }

  /// Cells that look alike go over together.
  ///
  /// Blanks at the end are what erasing left.
  private func put(_ cells: ArraySlice<Cell>, row: Int) {
    guard let last = cells.lastIndex(where: { $0 != .blank }) else { return }
    var start = cells.startIndex
    while start <= last {
      let style = cells[start].style
      var end = start
      var text = ""
      while end <= last, cells[end].style == style {
        text += cells[end].text
        end += 1
      }
      let look = profile.theme.look(of: style)
      text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          tui_put(
            Int32(row),
            Int32(start - cells.startIndex),
            characters.baseAddress,
            Int32(characters.count),
            look.attributes.rawValue,
            look.foreground.map { Int32($0.rawValue) } ?? -1,
            look.background.map { Int32($0.rawValue) } ?? -1
          )
        }
      }
      start = end
    }
  }

  public func wait(timeout: Duration?, untilWritable: Bool) -> TerminalWakeUp {
    let open = decoder.deadline.map { $0 - ContinuousClock.now }
    let asked = Self.earlier(timeout, open)
    let milliseconds = asked.map(Self.milliseconds) ?? -1
    var wakeUp = TerminalWakeUp(rawValue: tui_poll(milliseconds, untilWritable))
    // Bytes that waited while we were busy came in time.
    if !wakeUp.contains(.input) { decoder.timeOut(at: .now) }
    if decoder.isReady { wakeUp.insert(.input) }
    return wakeUp
  }

  public func nextInput() -> InputEvent? {
    while true {
      if let event = decoder.next() { return event }
      let count = Int(tui_read(&bytes, Int32(bytes.count)))
      guard count > 0 else { return nil }
      decoder.feed(bytes[..<count], at: .now)
    }
  }

  public var isInputWaiting: Bool { decoder.isReady || tui_has_input() }

  public func takeSignals() -> [InputEvent] {
    let bits = tui_take_signals()
    func has(_ signal: tui_signal) -> Bool { bits & signal.rawValue != 0 }
    var events: [InputEvent] = []
    if has(TUI_SIGNAL_STOP) { perform(.suspend) }
    if has(TUI_SIGNAL_CONTINUE) {
      // Continued after a stop we did not choose: the shell drew over us.
      tui_recover()
      shown = nil
      events += [.resize(size), .signal(.resumed)]
    }
    if has(TUI_SIGNAL_RESIZE) {
      tui_resize()
      events.append(.resize(size))
    }
    if has(TUI_SIGNAL_INTERRUPT) { events.append(.signal(.interrupt)) }
    if has(TUI_SIGNAL_QUIT) { events.append(.signal(.quit)) }
    if has(TUI_SIGNAL_TERMINATE) { events.append(.signal(.terminate)) }
    if has(TUI_SIGNAL_HANG_UP) { events.append(.hangUp) }
    return events
  }

  public var isLost: Bool { tui_terminal_is_lost() }

  public func perform(_ request: TerminalRequest) {
    switch request {
    case .repaint: tui_repaint()
    case .bell: tui_bell()
    case .suspend:
      guard Suspension.isPossible else { return }
      tui_suspend()
    case .handOver(let work):
      tui_leave()
      work()
      tui_enter()
    }
    shown = nil
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  private static func earlier(_ one: Duration?, _ other: Duration?) -> Duration? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  /// Rounded up: a wait that ends too early is a wake-up for nothing.
  private static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = max(duration, .zero).components
    guard seconds < 1_000_000 else { return 1_000_000_000 }
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
