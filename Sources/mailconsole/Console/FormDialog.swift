internal import Runbooks
internal import TUI

/// Questions to the operator, with what they need to know above the fields.
struct FormDialog: Sendable {
  /// What the answers are for.
  enum Purpose: Sendable {
    case start(Runbook)
    case answer(StepID, [InputDeclaration])
    case done(StepID, [InputDeclaration])
    /// What was shown ended at that head of the chain.
    case signOff(StepID, seen: Digest)
    case decide(StepID)
    case rewind(StepID)
    case note(StepID?)
    case abort
  }

  let purpose: Purpose
  /// Read before answering; wrapped.
  private(set) var introduction: [StyledText]
  var form: Form
  /// The first line of the introduction that is shown.
  private(set) var top = 0

  init(_ purpose: Purpose, introduction: [StyledText] = [], form: Form) {
    self.purpose = purpose
    self.introduction = introduction
    self.form = form
  }

  /// Says which keys would sign, where the dialog waits to hear it.
  mutating func tell(_ keys: SigningKeys) {
    guard let place = introduction.firstIndex(of: SigningKeys.looking) else { return }
    introduction.replaceSubrange(place...place, with: keys.lines)
  }

  /// Takes a key: page keys move the introduction, all others go to the form.
  mutating func handle(_ key: Key) -> Form.Outcome? {
    switch key {
    case .pageDown: top += 4
    case .pageUp: top = max(0, top - 4)
    default: return form.handle(key)
    }
    return nil
  }

  /// Draws the dialog over the middle of a rectangle.
  func draw(in rect: Rect, on frame: inout Frame) {
    let width = min(rect.columns, max(60, min(100, rect.columns - 6)))
    let lines = introduction.flatMap { line in
      line.isEmpty
        ? [StyledText("")]
        : TextWrapping.wrap(line.plain, columns: width - 4, glyphs: frame.glyphs)
          .map { StyledText($0, line.spans.first?.style ?? .normal) }
    }
    let formRows = 3 * form.fields.count
    let shown = min(lines.count, max(3, rect.rows - formRows - 4))
    let area = rect.centred(Size(columns: width, rows: shown + formRows + 3))
    frame.fill(area)
    let inner = frame.box(area, title: StyledText(form.title, .heading), style: .focus)
      .inset(columns: 1)
    let (text, rest) = inner.splitTop(shown)
    let first = min(top, max(0, lines.count - shown))
    for (row, line) in lines.dropFirst(first).prefix(shown).enumerated() {
      frame.draw(line, in: text.row(row))
    }
    if lines.count > first + shown, shown > 0 {
      let more = " pgdn: \(lines.count - first - shown) more "
      frame.draw(more, in: text.row(shown - 1), style: .key, alignment: .trailing)
    }
    let (hint, fields) = rest.splitBottom(1)
    form.draw(in: fields, showsTitle: false, on: &frame)
    frame.draw(
      [
        .init("tab", .key), .init(" next  "), .init("space", .key), .init(" choose  "),
        .init("enter", .key), .init(" go on  "), .init("esc", .key), .init(" leave it"),
      ],
      in: hint
    )
  }
}
