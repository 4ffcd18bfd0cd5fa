internal import TUI

extension ConsoleModel {
  /// Draws everything that is to be seen now.
  func draw(on frame: inout Frame) {
    if TooSmall.draw(on: &frame) { return }
    let body = Chrome.draw(self, on: &frame)
    screen.draw(self, in: body, on: &frame)
    switch overlay {
    case .help(let panel)?: panel.draw(in: body.inset(columns: 2, rows: 1), on: &frame)
    case .question(let dialog, _)?: dialog.draw(in: body, on: &frame)
    case .form(let dialog)?: dialog.draw(in: body, on: &frame)
    case .prompt?, nil: break
    }
  }
}
