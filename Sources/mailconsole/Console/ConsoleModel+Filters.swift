internal import Runbooks
internal import TUI

/// What is typed after `/` on each screen.
extension ConsoleModel {
  /// The filter of the screen as it was typed.
  var filterText: String {
    let filter =
      switch screen {
      case .runbooks(let screen): screen.filter
      case .run(let screen): screen.filter
      case .queue(let screen): screen.filter
      case .messages(let screen): screen.filter
      case .journal(let screen): screen.filter
      case .runs(let screen): screen.filter
      case .evidence(let screen): screen.filter
      case .text(let screen): screen.state.search
      case .step(let screen): screen.log.search
      }
    return filter?.text ?? ""
  }

  /// Filters the rows of the screen, or marks what is found in text; empty: nothing.
  mutating func setFilter(_ text: String) {
    let filter = text.isEmpty ? nil : TextFilter(text)
    switch screen {
    case .runbooks(var screen):
      screen.filter = filter
      self.screen = .runbooks(screen)
    case .run(var screen):
      screen.filter = filter
      self.screen = .run(screen)
    case .queue(var screen):
      screen.filter = filter
      self.screen = .queue(screen)
    case .messages(var screen):
      screen.filter = filter
      self.screen = .messages(screen)
    case .journal(var screen):
      screen.filter = filter
      self.screen = .journal(screen)
    case .runs(var screen):
      screen.filter = filter
      self.screen = .runs(screen)
    case .evidence(var screen):
      screen.filter = filter
      self.screen = .evidence(screen)
    case .text(var screen):
      screen.state.search = filter
      screen.state.find(forward: true, in: screen.log)
      self.screen = .text(screen)
    case .step(var screen):
      screen.log.search = filter
      if let log = run?.logs[screen.step] { screen.log.find(forward: true, in: log) }
      self.screen = .step(screen)
    }
  }
}
