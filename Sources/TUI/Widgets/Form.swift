/// Several questions answered together.
public struct Form: Sendable {
  public struct Field: Sendable {
    public enum Answer: Sendable, Hashable {
      case text(TextField)
      /// One of a few, changed with left, right and space.
      case choice([String], selected: Int)
    }

    public var name: String
    public var label: String
    public var hint: String
    public var answer: Answer
    /// Says what is wrong with an answer; nil when nothing is.
    public var validate: @Sendable (String) -> String?

    public init(
      name: String,
      label: String,
      hint: String = "",
      answer: Answer = .text(TextField()),
      validate: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
      self.name = name
      self.label = label
      self.hint = hint
      self.answer = answer
      self.validate = validate
    }

    public var value: String {
      switch answer {
      case .text(let field): field.text
      case .choice(let options, let selected):
        options.indices.contains(selected) ? options[selected] : ""
      }
    }

    public var problem: String? { validate(value) }
  }

  public enum Outcome: Sendable, Hashable {
    case cancelled
    /// Every answer is valid; ask `values`.
    case submitted
  }

  public var title: String
  public private(set) var fields: [Field]
  public private(set) var focus = 0
  /// Problems are shown for fields that were left, not while first typed in.
  private var visited: Set<Int> = []

  public init(title: String, fields: [Field]) {
    self.title = title
    self.fields = fields
  }

  /// Answers by the names of their fields.
  public var values: [String: String] {
    Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  public mutating func handle(_ key: Key) -> Outcome? {
    switch key {
    case .escape, .control("c"): return .cancelled
    case .tab, .down: moveFocus(by: 1)
    case .backTab, .up: moveFocus(by: -1)
    case .enter where focus < fields.count - 1: moveFocus(by: 1)
    case .enter: return submit()
    case .control("s"): return submit()
    default: edit(key)
    }
    return nil
  }

  public mutating func paste(_ text: String) {
    guard fields.indices.contains(focus), case .text(var field) = fields[focus].answer else {
      return
    }
    field.paste(text)
    fields[focus].answer = .text(field)
  }

  private mutating func moveFocus(by step: Int) {
    guard !fields.isEmpty else { return }
    visited.insert(focus)
    focus = (focus + step + fields.count) % fields.count
  }

  private mutating func submit() -> Outcome? {
    visited = Set(fields.indices)
    guard let wrong = fields.firstIndex(where: { $0.problem != nil }) else { return .submitted }
    focus = wrong
    return nil
  }

  private mutating func edit(_ key: Key) {
    guard fields.indices.contains(focus) else { return }
    switch fields[focus].answer {
    case .text(var field):
      field.handle(key)
      fields[focus].answer = .text(field)
    case .choice(let options, let selected):
      guard !options.isEmpty else { return }
      let step =
        switch key {
        case .left: options.count - 1
        case .right, .space: 1
        default: 0
        }
      fields[focus].answer = .choice(options, selected: (selected + step) % options.count)
    }
  }

  /// Draws the fields under each other, in two or three rows each.
  ///
  /// - Parameter showsTitle: Off where the title stands elsewhere, as in a box.
  public func draw(in rect: Rect, showsTitle: Bool = true, on frame: inout Frame) {
    let (header, body) = rect.splitTop(showsTitle ? 2 : 0)
    frame.draw(title, in: header, style: .heading)
    let rows = 3
    let page = max(1, body.rows / rows)
    let first = max(0, min(focus - page + 1, fields.count - page))
    for (place, index) in (first..<min(fields.count, first + page)).enumerated() {
      let (_, below) = body.splitTop(place * rows)
      draw(index, in: below.splitTop(rows).top, on: &frame)
    }
    drawMore(above: first, below: fields.count - first - page, in: body, on: &frame)
  }

  /// Says how many fields a low screen leaves out.
  private func drawMore(above: Int, below: Int, in body: Rect, on frame: inout Frame) {
    var parts: [String] = []
    if above > 0 { parts.append("\(frame.glyphs.arrowUp) \(above)") }
    if below > 0 { parts.append("\(frame.glyphs.arrowDown) \(below)") }
    guard !parts.isEmpty, body.rows > 0 else { return }
    let text = " tab: \(parts.joined(separator: "  ")) more "
    frame.draw(text, in: body.row(body.rows - 1), style: .key, alignment: .trailing)
  }

  private func draw(_ index: Int, in rect: Rect, on frame: inout Frame) {
    let field = fields[index]
    let isFocused = index == focus
    let mark = isFocused ? frame.glyphs.pointer + " " : "  "
    var label: StyledText = [.init(mark + field.label, isFocused ? .focus : .strong)]
    if visited.contains(index), let problem = field.problem {
      label.append("  \(frame.glyphs.failed) \(problem)", .bad)
    } else if !field.hint.isEmpty {
      label.append("  " + field.hint, .dim)
    }
    frame.draw(label, in: rect.row(0))
    let room = rect.row(1).splitLeft(4).rest
    switch field.answer {
    case .text(let text):
      text.draw(in: room.splitLeft(60).left, isFocused: isFocused, on: &frame)
    case .choice(let options, let selected):
      let lines = Self.lines(options, selected, columns: room.columns, glyphs: frame.glyphs)
      // Two rows are free: those with the one that is chosen.
      let chosen = lines.firstIndex { $0.hasChosen } ?? 0
      for (row, line) in lines.dropFirst(max(0, chosen - 1)).prefix(2).enumerated() {
        frame.draw(line.text, in: rect.row(1 + row).splitLeft(4).rest)
      }
    }
  }

  /// The options in as many lines as they need: one that is cut off cannot be chosen.
  private static func lines(
    _ options: [String],
    _ selected: Int,
    columns: Int,
    glyphs: GlyphSet
  ) -> [(text: StyledText, hasChosen: Bool)] {
    var lines: [(text: StyledText, hasChosen: Bool)] = []
    var used = columns + 1
    for (option, name) in options.enumerated() {
      let isChosen = option == selected
      let text = isChosen ? "(\(glyphs.bullet)) \(name)" : "( ) \(name)"
      let wanted = CellWidth.columns(of: text, glyphs: glyphs)
      if used + wanted > columns {
        lines.append((StyledText(spans: []), false))
        used = 0
      }
      lines[lines.count - 1].text.append(text + "  ", isChosen ? .strong : .dim)
      if isChosen { lines[lines.count - 1].hasChosen = true }
      used += wanted + 2
    }
    return lines
  }
}
