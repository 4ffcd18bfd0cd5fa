internal import TUI

/// Keys that nobody pressed one by one at what is shown: they move, or are text, or do nothing.
extension ConsoleModel {
  /// Where the keyboard acts: keys typed at one place are not meant for another.
  struct Place: Hashable, Sendable {
    fileprivate let depth: Int
    fileprivate let contexts: [KeyContext]
    fileprivate let overlay: String?
    fileprivate let subject: String?
  }

  /// Where the keyboard acts now.
  var place: Place {
    let over: String? =
      switch overlay {
      case .help?: "help"
      case .prompt(let prompt)?: prompt.kind.rawValue
      case .question(let dialog, _)?: "question \(dialog.title)"
      case .form(let dialog)?: "form \(dialog.form.title)"
      case nil: nil
      }
    return Place(
      depth: screensShown.count,
      contexts: contexts,
      overlay: over,
      subject: over == nil ? screen.subject(in: self) : nil
    )
  }

  /// Whether only the notice is drawn that says so.
  var isTooSmall: Bool { !size.holds(TooSmall.minimum) }

  /// Takes an event while nothing is drawn that a key could act on.
  mutating func takeUnseen(_ input: InputEvent) -> [ConsoleEffect] {
    switch input {
    case .resize(let size): resize(to: size)
    case .key(TooSmall.leave), .signal(.interrupt):
      // Without a question, which could not be read; a runner goes on by itself.
      exitCode = ExitStatus.done.rawValue
    case .signal(let signal) where signal != .resumed: exitCode = signal.exitCode
    case .key, .burst, .paste, .focus, .signal, .hangUp: break
    }
    return []
  }

  /// Takes keys that came in one go, or before what they meet was shown.
  mutating func take(burst keys: [Key]) -> [ConsoleEffect] {
    // Going back decides nothing.
    if keys.allSatisfy({ $0 == .escape }) { return press(.escape) }
    if overlay != nil, keys.contains(where: { [.escape, .control("c")].contains($0) }) {
      return press(.escape)
    }
    if takesText { return type(keys) }
    guard overlay == nil else { return refuse(keys) }
    let actions = keys.map { self.keys.action(for: $0, in: contexts) }
    guard actions.allSatisfy({ $0?.isMotion ?? false }) else { return refuse(keys) }
    return actions.compactMap { $0 }.flatMap { perform($0) }
  }

  private mutating func refuse(_ keys: [Key]) -> [ConsoleEffect] {
    let said =
      keys.count == 1
      ? "\(keys[0]) came before this could be read, so it did nothing; press it again."
      : "\(keys.count) keys came at once, so they did nothing; press them one by one."
    notice = StyledText(said, .warning)
    return []
  }

  /// Whether the keyboard is in a field that takes text not typed key by key.
  private var takesText: Bool {
    switch overlay {
    case .prompt?: true
    case .form(let dialog)?: dialog.takesText
    case .help(let panel)?: panel.isTyping
    case .question?, nil: false
    }
  }

  /// Puts keys into the field as text; a line end in it is a blank and never says yes.
  private mutating func type(_ keys: [Key]) -> [ConsoleEffect] {
    var text = ""
    for key in keys {
      switch key {
      case .character(let character): text.append(character)
      case .enter, .control("j"): text.append("\n")
      case .tab: text.append("\t")
      case .backspace, .delete, .left, .right, .home, .end:
        flush(&text)
        _ = press(key)
      default: break
      }
    }
    while text.last?.isNewline ?? false { text.removeLast() }
    flush(&text)
    if [.enter, .control("j")].contains(keys[keys.count - 1]) {
      notice = StyledText("enter came together with other keys; press it again to go on.", .warning)
    }
    return []
  }

  private mutating func flush(_ text: inout String) {
    // Backspace in an empty prompt closes it: what follows is text for nobody.
    if !text.isEmpty, takesText { paste(text) }
    text = ""
  }
}
