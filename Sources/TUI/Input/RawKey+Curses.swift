import CNcurses

extension RawKey {
  /// The key behind a name of the C layer.
  init(named name: tui_named_key) {
    self =
      switch name {
      case TUI_NAMED_UP: .named(.up)
      case TUI_NAMED_DOWN: .named(.down)
      case TUI_NAMED_LEFT: .named(.left)
      case TUI_NAMED_RIGHT: .named(.right)
      case TUI_NAMED_HOME: .named(.home)
      case TUI_NAMED_END: .named(.end)
      case TUI_NAMED_PAGE_UP: .named(.pageUp)
      case TUI_NAMED_PAGE_DOWN: .named(.pageDown)
      case TUI_NAMED_INSERT: .named(.insert)
      case TUI_NAMED_DELETE: .named(.delete)
      case TUI_NAMED_BACKSPACE: .named(.backspace)
      case TUI_NAMED_ENTER: .named(.enter)
      case TUI_NAMED_BACK_TAB: .named(.backTab)
      case TUI_NAMED_PASTE_START: .pasteStart
      case TUI_NAMED_PASTE_END: .pasteEnd
      case TUI_NAMED_FOCUS_IN: .focus(true)
      case TUI_NAMED_FOCUS_OUT: .focus(false)
      case let other where other.rawValue > TUI_NAMED_F0.rawValue:
        .named(.function(Int(other.rawValue - TUI_NAMED_F0.rawValue)))
      default: .named(.unknown)
      }
  }
}
