/// Which escape sequences are keys.
///
/// terminfo knows better what its terminal sends; for the rest there is what xterm, tmux, screen,
/// rxvt, PuTTY and the Linux console send though their entries leave it out.
struct KeySequences: Sendable {
  /// What a whole control sequence is.
  enum Meaning: Sendable, Hashable {
    case key(Key)
    case focus(Bool)
    /// Three coordinates follow.
    case mouse
    case pasteStart, pasteEnd
  }

  private var keys: [[UInt8]: Key]

  /// - Parameter described: The sequences of this terminal, by terminfo.
  init(described: [[UInt8]: Key] = [:]) {
    keys = Self.usual.merging(described.filter { $0.key.first == 0x1B && $0.key.count > 1 }) { $1 }
  }

  /// The key that sends a sequence, ESC included.
  func key(for sequence: [UInt8]) -> Key? { keys[sequence] }

  /// What `CSI bytes final` is; nil is none of a keyboard's business.
  func meaning(ofControl bytes: [UInt8], final: UInt8) -> Meaning? {
    let parameters = String(decoding: bytes, as: UTF8.self)
    switch (parameters, Character(Unicode.Scalar(final))) {
    case ("200", "~"): return .pasteStart
    case ("201", "~"): return .pasteEnd
    case ("", "I"): return .focus(true)
    case ("", "O"): return .focus(false)
    default: break
    }
    if let key = keys[[0x1B, 0x5B] + bytes + [final]] { return .key(key) }
    if bytes.isEmpty, final == UInt8(ascii: "M") { return .mouse }
    // Private parameters and intermediates are those of answers and of the mouse.
    guard bytes.allSatisfy({ (0x30...0x3B).contains($0) }) else { return nil }
    switch final {
    case UInt8(ascii: "u"): return ExtendedKey(unicode: parameters).meaning
    case UInt8(ascii: "~") where parameters.hasPrefix("27;"):
      return ExtendedKey(modifyOtherKeys: parameters).meaning
    case UInt8(ascii: "~"), UInt8(ascii: "A")...UInt8(ascii: "H"), UInt8(ascii: "P"),
      UInt8(ascii: "Q"), UInt8(ascii: "S"), UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "b"),
      UInt8(ascii: "^"), UInt8(ascii: "@"):
      return .key(.unknown)
    default: return nil
    }
  }

  private static let usual: [[UInt8]: Key] = {
    var keys: [[UInt8]: Key] = [:]
    func add(_ key: Key, _ sequences: String...) {
      for sequence in sequences { keys[[0x1B] + Array(sequence.utf8)] = key }
    }
    add(.up, "[A", "OA")
    add(.down, "[B", "OB")
    add(.right, "[C", "OC")
    add(.left, "[D", "OD")
    add(.home, "[H", "OH", "[1~", "[7~")
    add(.end, "[F", "OF", "[4~", "[8~")
    add(.insert, "[2~")
    add(.delete, "[3~")
    add(.pageUp, "[5~")
    add(.pageDown, "[6~")
    add(.backTab, "[Z")
    add(.enter, "OM")
    for (number, letter) in zip(1..., ["P", "Q", "R", "S"]) { add(.function(number), "O\(letter)") }
    for (number, letter) in zip(1..., ["A", "B", "C", "D", "E"]) {
      add(.function(number), "[[\(letter)")
    }
    let codes = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24]
    for (number, code) in zip(1..., codes) { add(.function(number), "[\(code)~") }
    return keys
  }()
}
