/// A key with its code and its modifiers, as editors make terminals send: `CSI 97;5u` (kitty,
/// `formatOtherKeys`) or `CSI 27;5;97~` (xterm's modifyOtherKeys) for ctrl-a.
struct ExtendedKey: Sendable, Hashable {
  private let code: UInt32
  /// 1 shift, 2 alt, 4 ctrl.
  private let modifiers: UInt32
  private let isRelease: Bool

  /// Reads the parameters of `CSI code;modifiers u`.
  init(unicode parameters: String) {
    let fields = Self.fields(parameters)
    self.init(code: fields.first, modifiers: fields.dropFirst().first)
  }

  /// Reads the parameters of `CSI 27;modifiers;code ~`.
  init(modifyOtherKeys parameters: String) {
    let fields = Self.fields(parameters)
    self.init(code: fields.dropFirst(2).first, modifiers: fields.dropFirst().first)
  }

  private init(code: [UInt32]?, modifiers: [UInt32]?) {
    self.code = code?.first ?? 0
    self.modifiers = max(1, modifiers?.first ?? 1) - 1
    isRelease = modifiers.map { $0.count > 1 && $0[1] == 3 } ?? false
  }

  private static func fields(_ parameters: String) -> [[UInt32]] {
    parameters.split(separator: ";", omittingEmptySubsequences: false)
      .map { $0.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) ?? 0 } }
  }

  /// The key of ours; letting it go is none.
  var meaning: KeySequences.Meaning? { isRelease ? nil : .key(key) }

  private var key: Key {
    // The lock keys are modifiers too, above these.
    switch (code, modifiers & 0b11_1111) {
    case (9, 1): return .backTab
    case (8, 0), (9, 0), (13, 0), (27, 0), (127, 0): return Key(scalar: code)
    case (0x20..., 0), (0x20..., 1):
      guard let scalar = Self.printable(code) else { return .unknown }
      let character = Character(scalar)
      return .character(modifiers & 1 == 1 ? Character(character.uppercased()) : character)
    case (0x20..., 2): return Self.printable(code).map { .alt(Character($0)) } ?? .unknown
    case (0x61...0x7A, 4): return Key(scalar: code - 0x60)
    case (0x41...0x5A, 4): return Key(scalar: code - 0x40)
    default: return .unknown
    }
  }

  private static func printable(_ code: UInt32) -> Unicode.Scalar? {
    // Private use is where kitty keeps the keys that print nothing.
    guard let scalar = Unicode.Scalar(code), !(0x7F..<0xA0).contains(code),
      !(0xE000...0xF8FF).contains(code), String(scalar).uppercased().count == 1
    else { return nil }
    return scalar
  }
}
