/// Keys as people write them: `ctrl-d`, `alt-x`, `enter`, `pgdn`, `f5`, `G`, `?`.
extension Key: LosslessStringConvertible, CustomStringConvertible {
  private static let names: [(name: String, key: Key)] = [
    ("enter", .enter), ("esc", .escape), ("tab", .tab), ("shift-tab", .backTab),
    ("backspace", .backspace), ("del", .delete), ("ins", .insert),
    ("up", .up), ("down", .down), ("left", .left), ("right", .right),
    ("home", .home), ("end", .end), ("pgup", .pageUp), ("pgdn", .pageDown),
    ("space", .space),
  ]

  private static let aliases: [String: Key] = [
    "return": .enter, "escape": .escape, "delete": .delete, "insert": .insert,
    "backtab": .backTab, "pageup": .pageUp, "pagedown": .pageDown,
  ]

  public init?(_ notation: String) {
    let folded = notation.lowercased()
    if notation.count == 1, let character = notation.first, Self.isPrintable(character) {
      self = character == " " ? .space : .character(character)
    } else if let named = Self.names.first(where: { $0.name == folded })?.key {
      self = named
    } else if let alias = Self.aliases[folded] {
      self = alias
    } else if folded.hasPrefix("ctrl-") {
      let rest = folded.dropFirst(5)
      guard let key = Self.control(named: rest) else { return nil }
      self = key
    } else if folded.hasPrefix("alt-") {
      let rest = notation.dropFirst(4)
      guard rest.count == 1, let character = rest.first, Self.isPrintable(character) else {
        return nil
      }
      self = .alt(character)
    } else if folded.first == "f", let number = Int(folded.dropFirst()), (1...24) ~= number {
      self = .function(number)
    } else {
      return nil
    }
  }

  private static func isPrintable(_ character: Character) -> Bool {
    var cells = CellSequence(String(character), glyphs: .unicode)
    return cells.next()?.text == String(character) && cells.next() == nil
  }

  /// Three of them are other keys to every terminal.
  private static func control(named rest: Substring) -> Key? {
    if rest == "space" { return .control(" ") }
    guard rest.count == 1, let character = rest.first else { return nil }
    switch character {
    case "i": return .tab
    case "m": return .enter
    case "h": return .backspace
    case "a"..."z", "\\", "]", "^", "_": return .control(character)
    default: return nil
    }
  }

  public var description: String {
    switch self {
    case .space: "space"
    case .character(let character): String(character)
    case .control(" "): "ctrl-space"
    case .control(let character): "ctrl-\(character)"
    case .alt(let character): "alt-\(character)"
    case .function(let number): "f\(number)"
    case .unknown: "unknown"
    default: Self.names.first { $0.key == self }?.name ?? "unknown"
    }
  }
}

extension Key: ExpressibleByStringLiteral {
  /// For key tables in source.
  ///
  /// A notation that means nothing is a mistake of the programmer, found by the
  /// first test that makes the table.
  public init(stringLiteral value: String) {
    guard let key = Key(value) else {
      preconditionFailure("“\(value)” is not the name of a key")
    }
    self = key
  }
}
