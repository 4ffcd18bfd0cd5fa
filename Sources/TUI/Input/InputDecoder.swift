/// What the terminal library read: not yet a key of ours.
enum RawKey: Sendable, Hashable {
  /// A Unicode scalar, control codes included.
  case character(UInt32)
  case named(Key)
  case pasteStart, pasteEnd
  case focus(Bool)
}

/// Turns what was read into events: escape sequences nobody knows are swallowed
/// whole, a paste is gathered into one.
///
/// A value without a terminal, so that every sequence can be tested.
struct InputDecoder: Sendable {
  /// A paste is text for a field.
  ///
  /// More than this is a mistake of the clipboard.
  static let pasteLimit = 1 << 20

  /// How long an unfinished paste may stay silent before it counts as whole: a
  /// lost end marker must not make the keyboard deaf.
  private static let pastePatience = Duration.seconds(1)

  private enum State: Sendable {
    case plain
    /// ESC was read, and nothing since.
    case escape
    /// Inside `ESC [ …` or `ESC O …`.
    case sequence(isControl: Bool)
    case paste
  }

  private var state = State.plain
  private var pasted: [Unicode.Scalar] = []
  private var ready: [InputEvent] = []

  /// The next finished event.
  mutating func next() -> InputEvent? {
    ready.isEmpty ? nil : ready.removeFirst()
  }

  /// How long to wait for more before `timeOut`; nil when nothing is open.
  var patience: Duration? {
    if case .paste = state { return Self.pastePatience }
    return nil
  }

  mutating func feed(_ raw: RawKey) {
    switch (state, raw) {
    case (.paste, .pasteEnd): finishPaste()
    case (.paste, .character(let value)):
      if pasted.count < Self.pasteLimit, let scalar = Unicode.Scalar(value) {
        pasted.append(scalar)
      }
    case (.paste, _): break
    case (_, .pasteStart): state = .paste
    case (_, .pasteEnd): state = .plain
    case (_, .focus(let isFocused)):
      state = .plain
      ready.append(.focus(isFocused))
    case (.escape, .character(let value)): feedAfterEscape(value)
    case (.sequence(let isControl), .character(let value)):
      // Parameters and intermediates go on, a final byte ends it.
      if !isControl || (0x40...0x7E).contains(value) || value < 0x20 { state = .plain }
    case (_, .named(let key)):
      state = .plain
      ready.append(.key(key))
    case (.plain, .character(0x1B)): state = .escape
    case (.plain, .character(let value)): ready.append(.key(Self.key(value)))
    }
  }

  /// There is nothing more to read now: an ESC was a key of its own.
  mutating func pause() {
    switch state {
    case .escape:
      state = .plain
      ready.append(.key(.escape))
    case .sequence: state = .plain
    case .plain, .paste: break
    }
  }

  /// Nothing came for as long as `patience`.
  mutating func timeOut() {
    if case .paste = state { finishPaste() }
  }

  private mutating func feedAfterEscape(_ value: UInt32) {
    switch value {
    // Unknown to terminfo, such as ctrl and an arrow. Its bytes must not be
    // taken for commands.
    case 0x5B:  // [
      state = .sequence(isControl: true)
      ready.append(.key(.unknown))
    case 0x4F:  // O
      state = .sequence(isControl: false)
      ready.append(.key(.unknown))
    case 0x1B:
      ready.append(.key(.escape))
    default:
      state = .plain
      if case .character(let character) = Self.key(value) {
        ready.append(.key(.alt(character)))
      } else {
        ready.append(.key(.unknown))
      }
    }
  }

  private mutating func finishPaste() {
    state = .plain
    var unified = String.UnicodeScalarView()
    var wasReturn = false
    for scalar in pasted {
      if scalar == "\r" {
        unified.append("\n")
      } else if !(scalar == "\n" && wasReturn) {
        unified.append(scalar)
      }
      wasReturn = scalar == "\r"
    }
    pasted = []
    ready.append(.paste(String(unified)))
  }

  private static func key(_ value: UInt32) -> Key {
    switch value {
    case 0: return .control(" ")
    case 8, 0x7F: return .backspace
    case 9: return .tab
    case 13: return .enter
    case 1...26: return control(0x60 + value)
    case 28...31: return control(0x40 + value)
    case 0x80..<0xA0: return .unknown
    default: break
    }
    return Unicode.Scalar(value).map { .character(Character($0)) } ?? .unknown
  }

  private static func control(_ value: UInt32) -> Key {
    Unicode.Scalar(value).map { .control(Character($0)) } ?? .unknown
  }
}
