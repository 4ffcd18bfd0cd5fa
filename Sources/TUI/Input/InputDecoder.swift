/// Turns what was read from a terminal into events, by what it says and by when it came.
///
/// A press is a read with one key in it and nothing else, after a moment of quiet. Whatever comes
/// in company is a ``InputEvent/burst(_:)``. A value without a terminal or a clock, so that every
/// sequence, cut and pause can be tried.
struct InputDecoder: Sendable {
  /// How long the rest of something begun may take: a sequence, a paste, a character.
  ///
  /// A link that holds a packet back must not make letters of an answer; a lost end must not make
  /// the keyboard deaf.
  static let patience = Duration.seconds(1)

  /// Nobody presses two keys within this: what comes so fast was not typed.
  static let quiet = Duration.milliseconds(10)

  /// A person's keys come one by one and further apart.
  ///
  /// They do not extend the wait for the rest of something that lost its end.
  private static let trickle = Duration.milliseconds(30)

  private var parser: EscapeParser
  private let escapePatience: Duration
  private var ready: [InputEvent] = []
  private var readAt: ContinuousClock.Instant?
  /// When the rest of what is open is given up.
  private(set) var deadline: ContinuousClock.Instant?
  /// When a lone ESC was taken for the key: its sequence may still be on its way.
  private var escapedAt: ContinuousClock.Instant?
  /// Whether what is open began after a moment of quiet and with nothing before it in its read.
  private var isAlone = true

  /// - Parameter escapePatience: How long a lone ESC waits until it is the key.
  init(keys: KeySequences = KeySequences(), escapePatience: Duration = .milliseconds(100)) {
    parser = EscapeParser(keys)
    self.escapePatience = escapePatience
  }

  /// Whether `next` has an event.
  var isReady: Bool { !ready.isEmpty }

  /// The next finished event.
  mutating func next() -> InputEvent? { ready.isEmpty ? nil : ready.removeFirst() }

  /// Takes in what one read brought.
  ///
  /// - Parameter now: Never before that of the call before.
  mutating func feed(_ bytes: some Collection<UInt8>, at now: ContinuousClock.Instant) {
    guard let first = bytes.first else { return }
    let gap = readAt.map { now - $0 }
    readAt = now
    let before = parser.state
    let wasOpen = before != .ground
    if !wasOpen {
      isAlone = gap.map { $0 >= Self.quiet } ?? true
      if let escapedAt, now - escapedAt <= Self.patience, Self.continuesEscape(first) {
        parser.reopenEscape()
        isAlone = false
      }
    }
    escapedAt = nil
    for byte in bytes { parser.feed(byte) }
    take(parser.takeTokens())
    let isNew = !wasOpen || before == .escape
    let extends = bytes.count > 1 || isNew || gap.map { $0 < Self.trickle } ?? true
    switch parser.state {
    case .ground: deadline = nil
    case .escape: deadline = now + escapePatience
    default: if extends || deadline == nil { deadline = now + Self.patience }
    }
  }

  /// Nothing came, and there is nothing to read: gives up what has waited long enough.
  mutating func timeOut(at now: ContinuousClock.Instant) {
    guard let deadline, now >= deadline else { return }
    self.deadline = nil
    if case .escape = parser.state { escapedAt = now }
    parser.giveUp()
    take(parser.takeTokens())
  }

  /// Makes events of what one read meant.
  private mutating func take(_ tokens: [InputToken]) {
    let isWhole = parser.state == .ground
    if tokens.count == 1, case .key(let key) = tokens[0], isAlone, isWhole {
      ready.append(.key(key))
      return
    }
    var burst: [Key] = []
    for token in tokens {
      switch token {
      case .key(let key): burst.append(key)
      case .paste(let bytes):
        flush(&burst)
        if !bytes.isEmpty { ready.append(.paste(Self.text(bytes))) }
      case .focus(let isFocused):
        flush(&burst)
        ready.append(.focus(isFocused))
      case .ignored: break
      }
    }
    flush(&burst)
    // What goes on in the next read came with these.
    if !tokens.isEmpty { isAlone = isWhole }
  }

  private mutating func flush(_ burst: inout [Key]) {
    if !burst.isEmpty { ready.append(.burst(burst)) }
    burst = []
  }

  /// Whether a byte goes on with a sequence whose ESC came alone; none of these is a command.
  private static func continuesEscape(_ byte: UInt8) -> Bool {
    "[O]PX^_".utf8.contains(byte)
  }

  /// The text of a paste, its line ends as LF.
  private static func text(_ bytes: [UInt8]) -> String {
    var unified: [UInt8] = []
    unified.reserveCapacity(bytes.count)
    var wasReturn = false
    for byte in bytes {
      if byte == 0x0D {
        unified.append(0x0A)
      } else if !(byte == 0x0A && wasReturn) {
        unified.append(byte)
      }
      wasReturn = byte == 0x0D
    }
    return String(decoding: unified, as: UTF8.self)
  }
}
