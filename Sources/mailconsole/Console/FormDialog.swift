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
    /// Which run stands for a step.
    case run(StepID)
    /// The run that stands for a step is let go.
    case releaseRun(StepID)
    /// A second person agrees to what another proposed.
    case confirm(StepID, RunEvent.DecisionMade.Decision, seen: Digest)
    case rewind(StepID)
    case note(StepID?)
    case abort
    /// Secrets by name.
    case secrets([String])
    case rollBack
    /// The run goes on although guardrails fail.
    case overrule
    /// Something is said to the exercise.
    case exercise(ExerciseQuestion)
  }

  let purpose: Purpose
  /// Read before answering; wrapped.
  private(set) var introduction: [StyledText]
  var form: Form
  /// The first line of the introduction that is shown.
  private(set) var top = 0
  /// What the answers lack together, though each is valid by itself.
  private(set) var lack: String?

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
    default:
      lack = nil
      let outcome = form.handle(key)
      if outcome == .submitted { lack = missing }
      return lack == nil ? outcome : nil
    }
    return nil
  }

  /// Takes pasted text, except where words are to be typed: what is typed was read.
  ///
  /// - Returns: Whether the text was taken.
  mutating func paste(_ text: String) -> Bool {
    guard takesText, case .text(let answer) = form.fields[form.focus].answer else { return false }
    // Several lines would become one, and nobody could see it.
    let text = answer.isSecret && text.hasSuffix("\n") ? String(text.dropLast()) : text
    guard !answer.isSecret || !text.contains(where: \.isNewline) else { return false }
    form.paste(text)
    return true
  }

  /// Whether text that was not typed key by key may go into the field that has the keyboard.
  var takesText: Bool {
    guard form.fields.indices.contains(form.focus) else { return false }
    let field = form.fields[form.focus]
    guard case .text = field.answer else { return false }
    return field.name != Forms.typedWords
  }

  /// What a person has typed and chosen, decisions, secrets and words of confirmation apart: each
  /// of these is given anew.
  var typed: [String: String] {
    var typed: [String: String] = [:]
    for field in form.fields where !Forms.givenAnew.contains(field.name) {
      switch field.answer {
      case .text(let text) where text.isSecret || text.text.isEmpty: continue
      case .choice(_, let selected) where selected == 0: continue
      case .text, .choice: typed[field.name] = field.value
      }
    }
    return typed
  }

  /// Puts back what was typed before.
  mutating func fill(_ typed: [String: String]) {
    for (name, text) in typed { form.fill(name, with: text) }
  }

  /// Whether the keyboard is in a text.
  var isTyping: Bool {
    guard form.fields.indices.contains(form.focus) else { return false }
    if case .text = form.fields[form.focus].answer { return true }
    return false
  }

  /// Whether it binds files that can be opened from it.
  var bindsEvidence: Bool { if case .signOff = purpose { true } else { false } }

  /// Whether something is asked for that must not be seen.
  var asksForSecret: Bool {
    form.fields.contains { if case .text(let field) = $0.answer { field.isSecret } else { false } }
  }

  private var missing: String? {
    guard case .signOff = purpose, form.values["decision"] == "approve",
      form.values[Forms.typedWords] == ""
    else { return nil }
    return "Type the words that are asked for to approve."
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
    let formRows = form.rows(columns: width - 4, glyphs: frame.glyphs)
    let extra = lack == nil ? 2 : 3
    let shown = min(lines.count, max(3, rect.rows - formRows - extra))
    let area = rect.centred(Size(columns: width, rows: shown + formRows + extra))
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
    let (hint, fields) = rest.splitBottom(lack == nil ? 0 : 1)
    form.draw(in: fields, showsTitle: false, on: &frame)
    if let lack {
      frame.draw("\(frame.glyphs.failed) \(lack)", in: hint, style: .bad)
    }
  }
}

extension Key {
  /// Whether a text field would take it as text.
  fileprivate var isCharacter: Bool { if case .character = self { true } else { false } }
}

extension FormDialog {
  /// Whether a key is part of what is being typed, whatever else it would mean.
  func types(_ key: Key) -> Bool { isTyping && key.isCharacter }
}
