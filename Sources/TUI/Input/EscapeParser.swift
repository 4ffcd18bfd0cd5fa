/// Cuts the bytes of a terminal into keys, pastes and what is neither.
///
/// The grammar is that of ECMA-48 and of xterm's ctlseqs: CSI, SS3, the strings OSC, DCS, APC, PM
/// and SOS, mouse reports, bracketed paste; and UTF-8. What it does not know it consumes whole, as
/// the letters of an answer must not be taken for orders. It knows no time: see ``InputDecoder``.
struct EscapeParser: Sendable {
  /// More bytes than this in one string are no answer of a terminal: what follows is read anew.
  static let stringLimit = 1 << 20
  /// More bytes than this in one control sequence are noise.
  static let controlLimit = 4096
  /// A paste is text for a field; more than this is a mistake of the clipboard and is dropped.
  static let pasteLimit = 1 << 20

  enum State: Sendable, Hashable {
    case ground
    /// The first bytes of a UTF-8 character.
    case character([UInt8], isAlt: Bool)
    /// ESC was read, and nothing since.
    case escape
    /// After `ESC [`: parameters, intermediates, and at last a final byte.
    case control([UInt8])
    /// After `ESC [ [`: a function key of the Linux console.
    case linuxKey
    /// After `ESC O`.
    case shift([UInt8])
    /// Inside OSC, DCS, APC, PM or SOS.
    case string(count: Int, endsWithC1: Bool)
    /// ESC was read inside a string: the start of its end, or of something else.
    case stringEscape(count: Int)
    /// After `ESC [ M`: so many coordinates are to come, and maybe the rest of a character.
    case mouse(left: Int, isCharacter: Bool)
    /// Inside a bracketed paste, with what may be the start of a mark.
    case paste(mark: [UInt8])
  }

  private(set) var state = State.ground
  private let keys: KeySequences
  private var pasted: [UInt8] = []
  private var tokens: [InputToken] = []

  init(_ keys: KeySequences) {
    self.keys = keys
  }

  /// Everything understood since the last call.
  mutating func takeTokens() -> [InputToken] {
    defer { tokens.removeAll(keepingCapacity: true) }
    return tokens
  }

  /// Goes on as after an ESC that was taken for a key too early.
  mutating func reopenEscape() { state = .escape }

  /// Nothing more comes: a lone ESC was a key, a paste is whole, the rest is dropped.
  mutating func giveUp() {
    switch state {
    case .ground: return
    case .escape: tokens.append(.key(.escape))
    case .paste: finishPaste()
    default: tokens.append(.ignored)
    }
    state = .ground
  }

  mutating func feed(_ byte: UInt8) {
    switch state {
    case .ground: feedGround(byte)
    case .character(let bytes, let isAlt): feedCharacter(byte, after: bytes, isAlt: isAlt)
    case .escape: feedEscape(byte)
    case .control(let bytes): feedControl(byte, after: bytes)
    case .linuxKey: finish(keys.key(for: [0x1B, 0x5B, 0x5B, byte]) ?? .unknown)
    case .shift(let bytes): feedShift(byte, after: bytes)
    case .string(let count, let endsWithC1): feedString(byte, count, endsWithC1: endsWithC1)
    case .stringEscape(let count): feedStringEscape(byte, count)
    case .mouse(let left, let isCharacter): feedMouse(byte, left, isCharacter: isCharacter)
    case .paste(let mark): feedPaste(byte, after: mark)
    }
  }

  private mutating func finish(_ token: InputToken) {
    state = .ground
    tokens.append(token)
  }

  private mutating func finish(_ key: Key) { finish(.key(key)) }

  // MARK: Characters

  private mutating func feedGround(_ byte: UInt8) {
    switch byte {
    case 0x1B: state = .escape
    case ..<0x80: finish(Key(scalar: UInt32(byte)))
    case 0x80..<0xA0: if !introduce(byte) { finish(.ignored) }
    case 0xC2...0xF4: state = .character([byte], isAlt: false)
    default: finish(.ignored)
    }
  }

  private mutating func feedCharacter(_ byte: UInt8, after bytes: [UInt8], isAlt: Bool) {
    guard byte & 0xC0 == 0x80 else {
      // Cut off for good: this byte begins something of its own.
      finish(.ignored)
      return feed(byte)
    }
    let bytes = bytes + [byte]
    let length = bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4
    guard bytes.count == length else {
      state = .character(bytes, isAlt: isAlt)
      return
    }
    guard let text = String(validating: bytes, as: UTF8.self),
      let scalar = text.unicodeScalars.first
    else { return finish(.ignored) }
    if scalar.value < 0xA0 {
      if !introduce(UInt8(scalar.value)) { finish(.ignored) }
    } else {
      finish(isAlt ? .alt(Character(scalar)) : .character(Character(scalar)))
    }
  }

  /// Begins what a C1 control begins: the one byte form of ESC and a letter.
  ///
  /// - Returns: Whether it begins anything.
  private mutating func introduce(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x8F: state = .shift([])
    case 0x9B: state = .control([])
    case 0x90, 0x98, 0x9D, 0x9E, 0x9F: state = .string(count: 0, endsWithC1: true)
    default: return false
    }
    return true
  }

  // MARK: Escape sequences

  private mutating func feedEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "["): state = .control([])
    case UInt8(ascii: "O"): state = .shift([])
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
      UInt8(ascii: "_"):
      state = .string(count: 0, endsWithC1: false)
    case 0x1B: tokens.append(.key(.escape))
    case 0xC2...0xF4: state = .character([byte], isAlt: true)
    case 0x80...: finish(.ignored)
    default:
      if let key = keys.key(for: [0x1B, byte]) { return finish(key) }
      if case .character(let character) = Key(scalar: UInt32(byte)) {
        finish(.alt(character))
      } else {
        finish(byte == 0x7F ? .alt("\u{7F}") : .unknown)
      }
    }
  }

  private mutating func feedShift(_ byte: UInt8, after bytes: [UInt8]) {
    switch byte {
    case 0x1B:
      tokens.append(.ignored)
      state = .escape
    case 0x30...0x3B where bytes.count < 8: state = .shift(bytes + [byte])
    case 0x40...0x7E: finish(keys.key(for: [0x1B, 0x4F] + bytes + [byte]) ?? .unknown)
    default: finish(.ignored)
    }
  }

  private mutating func feedControl(_ byte: UInt8, after bytes: [UInt8]) {
    switch byte {
    case 0x1B:
      tokens.append(.ignored)
      state = .escape
    case UInt8(ascii: "[") where bytes.isEmpty: state = .linuxKey
    case 0x20...0x3F where bytes.count < Self.controlLimit: state = .control(bytes + [byte])
    case 0x40...0x7E: finishControl(bytes, byte)
    default: finish(.ignored)
    }
  }

  private mutating func finishControl(_ bytes: [UInt8], _ final: UInt8) {
    switch keys.meaning(ofControl: bytes, final: final) {
    case .key(let key): finish(key)
    case .focus(let isFocused): finish(.focus(isFocused))
    case .mouse: state = .mouse(left: 3, isCharacter: false)
    case .pasteStart: state = .paste(mark: [])
    // One too many: a multiplexer repeats it, or the clipboard held one itself.
    case .pasteEnd: finish(.paste([]))
    case .none: finish(.ignored)
    }
  }

  private mutating func feedString(_ byte: UInt8, _ count: Int, endsWithC1: Bool) {
    switch byte {
    case 0x1B: state = .stringEscape(count: count)
    // BEL ends it, CAN and SUB break it off.
    case 0x07, 0x18, 0x1A: finish(.ignored)
    case 0x9C where endsWithC1: finish(.ignored)
    case _ where count >= Self.stringLimit: finish(.ignored)
    default: state = .string(count: count + 1, endsWithC1: endsWithC1)
    }
  }

  private mutating func feedStringEscape(_ byte: UInt8, _ count: Int) {
    if byte == UInt8(ascii: "\\") { return finish(.ignored) }
    // Broken off: the ESC began something else.
    tokens.append(.ignored)
    state = .escape
    feedEscape(byte)
  }

  /// Coordinates are bytes, or characters where the UTF-8 encoding is on; never controls.
  private mutating func feedMouse(_ byte: UInt8, _ left: Int, isCharacter: Bool) {
    if isCharacter, byte & 0xC0 == 0x80 {
      if left == 0 { finish(.ignored) } else { state = .mouse(left: left, isCharacter: false) }
    } else if left == 0 || byte < 0x20 {
      finish(.ignored)
      feed(byte)
    } else if left == 1, byte < 0xC2 {
      finish(.ignored)
    } else {
      state = .mouse(left: left - 1, isCharacter: byte >= 0xC2)
    }
  }

  // MARK: Pastes

  private static let marks = [Array("\u{1B}[200~".utf8), Array("\u{1B}[201~".utf8)]

  private mutating func feedPaste(_ byte: UInt8, after mark: [UInt8]) {
    let candidate = mark + [byte]
    if candidate == Self.marks[1] { return finishPaste() }
    if candidate == Self.marks[0] {
      // Opened twice.
      state = .paste(mark: [])
    } else if Self.marks.contains(where: { $0.starts(with: candidate) }) {
      state = .paste(mark: candidate)
    } else {
      let room = Self.pasteLimit - pasted.count
      pasted += mark.prefix(room)
      state = .paste(mark: [])
      if byte == 0x1B {
        state = .paste(mark: [byte])
      } else if room > mark.count {
        pasted.append(byte)
      }
    }
  }

  private mutating func finishPaste() {
    finish(.paste(pasted))
    pasted = []
  }
}

extension Key {
  /// The key that sends a scalar: a character, or a control code.
  init(scalar value: UInt32) {
    switch value {
    case 0: self = .control(" ")
    case 8, 0x7F: self = .backspace
    case 9: self = .tab
    case 13: self = .enter
    case 27: self = .escape
    case 1...26: self = Self.control(scalar: 0x60 + value)
    case 28...31: self = Self.control(scalar: 0x40 + value)
    default: self = Unicode.Scalar(value).map { .character(Character($0)) } ?? .unknown
    }
  }

  private static func control(scalar value: UInt32) -> Key {
    Unicode.Scalar(value).map { .control(Character($0)) } ?? .unknown
  }
}
