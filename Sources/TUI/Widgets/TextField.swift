/// One line of text being edited.
public struct TextField: Sendable, Hashable {
  private var characters: [Character]
  /// Where the next character goes, counted in characters.
  public private(set) var cursor: Int
  /// Whether what is typed is hidden.
  ///
  /// It is still in memory.
  public var isSecret: Bool
  public var placeholder: String
  /// The most characters it takes.
  public var limit: Int

  public init(
    _ text: String = "",
    placeholder: String = "",
    isSecret: Bool = false,
    limit: Int = 4096
  ) {
    characters = Array(text.prefix(limit))
    cursor = characters.count
    self.placeholder = placeholder
    self.isSecret = isSecret
    self.limit = limit
  }

  /// The text.
  ///
  /// Setting it puts the cursor at its end.
  public var text: String {
    get { String(characters) }
    set {
      characters = Array(newValue.prefix(limit))
      cursor = characters.count
    }
  }

  public var isEmpty: Bool { characters.isEmpty }

  /// Takes a key that edits.
  ///
  /// - Returns: Whether it did; enter, escape, tab and the like are left to
  ///   others.
  @discardableResult
  public mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert([character])
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(characters.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = characters.count
    case .alt("b"): cursor = wordStart
    case .alt("f"): cursor = wordEnd
    case .backspace:
      if cursor > 0 { remove((cursor - 1)..<cursor) }
    case .delete, .control("d"):
      if cursor < characters.count { remove(cursor..<(cursor + 1)) }
    case .control("w"), .alt("\u{7F}"): remove(wordStart..<cursor)
    case .alt("d"): remove(cursor..<wordEnd)
    case .control("u"): remove(0..<cursor)
    case .control("k"): remove(cursor..<characters.count)
    default: return false
    }
    return true
  }

  /// Inserts pasted text, its line ends as blanks: a paste never submits.
  public mutating func paste(_ text: String) {
    let line = ControlCharacters.lines(of: text).joined(separator: " ")
    insert(Array(line))
  }

  private mutating func insert(_ new: [Character]) {
    let room = max(0, limit - characters.count)
    let taken = new.prefix(room)
    // Typed marks join the character before them: one press, one scalar, but
    // maybe no character more.
    let text = String(characters[..<cursor]) + String(taken)
    let before = Array(text)
    characters = before + characters[cursor...]
    cursor = before.count
  }

  private mutating func remove(_ range: Range<Int>) {
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  private var wordStart: Int {
    var index = cursor
    while index > 0, characters[index - 1] == " " { index -= 1 }
    while index > 0, characters[index - 1] != " " { index -= 1 }
    return index
  }

  private var wordEnd: Int {
    var index = cursor
    while index < characters.count, characters[index] == " " { index += 1 }
    while index < characters.count, characters[index] != " " { index += 1 }
    return index
  }

  /// Draws the field in the first row of a rectangle, scrolled so that the
  /// cursor is inside.
  public func draw(in rect: Rect, isFocused: Bool = true, on frame: inout Frame) {
    let row = rect.row(0)
    guard !row.isEmpty else { return }
    frame.fill(row, style: .field)
    if characters.isEmpty, !placeholder.isEmpty {
      frame.draw(placeholder, in: row, style: .placeholder)
    }
    let shown = isSecret ? characters.map { _ in frame.glyphs.mask } : characters.map { String($0) }
    let before = CellWidth.columns(of: shown[..<cursor].joined(), glyphs: frame.glyphs)
    // The cursor itself takes a column.
    let scrolled = isFocused ? max(0, before - (row.columns - 1)) : 0
    let start = row.origin.offset(columns: -scrolled)
    frame.draw(shown.joined(), at: start, style: .field, clip: row)
    if isFocused { frame.cursor = row.origin.offset(columns: before - scrolled) }
  }
}
