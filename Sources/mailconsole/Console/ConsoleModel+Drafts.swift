internal import Runbooks
internal import TUI

/// What was typed into a form that was left, refused or lost, until it is asked for again.
struct Drafts: Sendable {
  /// A form of a run: what it is for, and about which step.
  struct Key: Hashable, Sendable {
    let run: RunID?
    let purpose: String
    let step: StepID?
  }

  private var kept: [Key: [String: String]] = [:]
  /// What was sent last, and by whom, until the record or a refusal answers it.
  private var sent: (key: Key, by: String)?

  /// What was typed there before; empty: nothing.
  subscript(key: Key) -> [String: String] { kept[key] ?? [:] }

  /// Remembers what was typed, where anything was.
  mutating func keep(_ typed: [String: String], for key: Key) {
    kept[key] = typed.isEmpty ? nil : typed
  }

  /// What was typed was sent: it is kept until it is known to have arrived.
  mutating func send(_ typed: [String: String], for key: Key, by name: String) {
    keep(typed, for: key)
    sent = (key, name)
  }

  /// Forgets what has arrived.
  mutating func arrived(_ entry: JournalEntry) {
    guard let sent, entry.actor == sent.by, entry.event.step == sent.key.step else { return }
    kept[sent.key] = nil
    self.sent = nil
  }

  /// Forgets what was sent last, which has arrived.
  mutating func arrived() {
    if let sent { kept[sent.key] = nil }
    sent = nil
  }

  /// Whether something that was typed was refused, and is kept.
  mutating func refused() -> Bool {
    defer { sent = nil }
    return sent.map { kept[$0.key] != nil } ?? false
  }
}

extension ConsoleModel {
  /// Shows a form with what was typed into it before.
  mutating func show(_ form: FormDialog) {
    var form = form
    let typed = drafts[key(of: form)]
    if !typed.isEmpty {
      form.fill(typed)
      notice = StyledText("What you typed before is still here.", .dim)
    }
    overlay = .form(form)
  }

  /// Under what the answers of a form are kept.
  func key(of form: FormDialog) -> Drafts.Key {
    let (purpose, step) = form.purpose.words
    return Drafts.Key(run: run?.id, purpose: purpose, step: step)
  }
}

extension FormDialog.Purpose {
  /// What the answers are for in a word, and the step they are about.
  fileprivate var words: (String, StepID?) {
    switch self {
    case .start(let runbook): ("start \(runbook.id)", nil)
    case .answer(let step, _): ("answer", step)
    case .done(let step, _): ("done", step)
    case .signOff(let step, _): ("sign-off", step)
    case .decide(let step): ("decide", step)
    case .run(let step): ("run", step)
    case .releaseRun(let step): ("let run go", step)
    case .confirm(let step, _, _): ("confirm", step)
    case .rewind(let step): ("rewind", step)
    case .note(let step): ("note", step)
    case .abort: ("abort", nil)
    case .secrets: ("secrets", nil)
    case .rollBack: ("roll back", nil)
    case .overrule: ("overrule", nil)
    case .exercise(let question): question.words
    }
  }
}
