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
    /// Whether nothing is no answer; such a field is marked.
    public var isRequired: Bool
    /// Says what is wrong with an answer; nil when nothing is.
    public var validate: @Sendable (String) -> String?

    public init(
      name: String,
      label: String,
      hint: String = "",
      answer: Answer = .text(TextField()),
      isRequired: Bool = false,
      validate: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
      self.name = name
      self.label = label
      self.hint = hint
      self.answer = answer
      self.isRequired = isRequired
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

  /// Puts an answer in place, as one that was typed before; a choice takes only one of its own.
  public mutating func fill(_ name: String, with text: String) {
    guard let index = fields.firstIndex(where: { $0.name == name }) else { return }
    switch fields[index].answer {
    case .text: fields[index].answer = .text(TextField(text))
    case .choice(let options, _):
      guard let selected = options.firstIndex(of: text) else { return }
      fields[index].answer = .choice(options, selected: selected)
    }
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

  /// The rows that all fields need at a width.
  public func rows(columns: Int, glyphs: GlyphSet) -> Int {
    fields.indices.reduce(0) { $0 + rows(of: $1, columns: columns, glyphs: glyphs) }
  }

  /// A label, the lines of a hint that does not fit beside it, the answer, and a row below.
  private func rows(of index: Int, columns: Int, glyphs: GlyphSet) -> Int {
    3 + hintLines(of: index, columns: columns, glyphs: glyphs).count
  }

  /// The hint in lines of its own; none where it fits beside the label. What a choice means is
  /// never cut: it is what is chosen.
  private func hintLines(of index: Int, columns: Int, glyphs: GlyphSet) -> [String] {
    let hint = hint(of: fields[index])
    let beside = "  \(label(of: fields[index]))  \(hint)"
    guard CellWidth.columns(of: beside, glyphs: glyphs) > columns else { return [] }
    return TextWrapping.wrap(hint, columns: max(1, columns - 4), glyphs: glyphs)
  }

  private func label(of field: Field) -> String { field.label + (field.isRequired ? " *" : "") }

  private func hint(of field: Field) -> String {
    field.isRequired
      ? field.hint.isEmpty ? "required" : "required; \(field.hint)" : field.hint
  }

  /// Draws the fields under each other, each in the rows it needs.
  ///
  /// - Parameter showsTitle: Off where the title stands elsewhere, as in a box.
  public func draw(in rect: Rect, showsTitle: Bool = true, on frame: inout Frame) {
    let (header, body) = rect.splitTop(showsTitle ? 2 : 0)
    frame.draw(title, in: header, style: .heading)
    let glyphs = frame.glyphs
    let heights = fields.indices.map { rows(of: $0, columns: body.columns, glyphs: glyphs) }
    let shown = visible(heights, rows: body.rows)
    var row = 0
    for index in shown {
      let (_, below) = body.splitTop(row)
      draw(index, in: below.splitTop(heights[index]).top, on: &frame)
      row += heights[index]
    }
    drawMore(
      above: shown.lowerBound,
      below: fields.count - shown.upperBound,
      in: body,
      on: &frame
    )
  }

  /// The fields that fit, the one with the keyboard and as many before it as there is room for;
  /// then what follows.
  private func visible(_ heights: [Int], rows: Int) -> Range<Int> {
    guard !fields.isEmpty else { return 0..<0 }
    var first = focus
    var used = heights[focus]
    while first > 0, used + heights[first - 1] <= rows {
      first -= 1
      used += heights[first]
    }
    var end = focus + 1
    while end < fields.count, used + heights[end] <= rows {
      used += heights[end]
      end += 1
    }
    return first..<end
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
    let hint = hint(of: field)
    let hintLines = hintLines(of: index, columns: rect.columns, glyphs: frame.glyphs)
    var label: StyledText = [.init(mark + self.label(of: field), isFocused ? .focus : .strong)]
    if visited.contains(index), let problem = field.problem {
      label.append("  \(frame.glyphs.failed) \(problem)", .bad)
    } else if !hint.isEmpty, hintLines.isEmpty {
      label.append("  " + hint, .dim)
    }
    frame.draw(label, in: rect.row(0))
    for (row, line) in hintLines.enumerated() {
      frame.draw(line, in: rect.row(1 + row).splitLeft(4).rest, style: .dim)
    }
    let answers = rect.splitTop(1 + hintLines.count).rest
    let room = answers.row(0).splitLeft(4).rest
    switch field.answer {
    case .text(let text):
      text.draw(in: room.splitLeft(60).left, isFocused: isFocused, on: &frame)
    case .choice(let options, let selected):
      let lines = Self.lines(options, selected, columns: room.columns, glyphs: frame.glyphs)
      // Two rows are free: those with the one that is chosen.
      let chosen = lines.firstIndex { $0.hasChosen } ?? 0
      for (row, line) in lines.dropFirst(max(0, chosen - 1)).prefix(2).enumerated() {
        frame.draw(line.text, in: answers.row(row).splitLeft(4).rest)
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
