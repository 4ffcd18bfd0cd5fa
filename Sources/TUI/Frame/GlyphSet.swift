/// The signs the console draws with: Unicode, or their ASCII twins where the
/// locale cannot encode more.
///
/// SSH often loses LANG, and a terminal in the C locale shows every other byte
/// as `~T~B`.
public enum GlyphSet: Sendable, Hashable {
  case unicode
  case ascii

  private func pick(_ unicode: String, _ ascii: String) -> String {
    self == .unicode ? unicode : ascii
  }

  // MARK: Lines

  public var horizontal: String { pick("─", "-") }
  public var vertical: String { pick("│", "|") }
  public var topLeft: String { pick("┌", "+") }
  public var topRight: String { pick("┐", "+") }
  public var bottomLeft: String { pick("└", "+") }
  public var bottomRight: String { pick("┘", "+") }
  public var teeRight: String { pick("├", "+") }
  public var teeLeft: String { pick("┤", "+") }
  public var teeDown: String { pick("┬", "+") }
  public var teeUp: String { pick("┴", "+") }
  public var cross: String { pick("┼", "+") }

  // MARK: Trees

  /// Before a child that has a sibling below it.
  public var branch: String { pick("├─ ", "|- ") }
  /// Before the last child.
  public var lastBranch: String { pick("└─ ", "`- ") }
  /// Below an ancestor that has more children.
  public var trunk: String { pick("│  ", "|  ") }

  // MARK: States. Always with a word next to it: colour and sign are hints.

  public var passed: String { pick("✓", "+") }
  public var warned: String { pick("!", "!") }
  public var failed: String { pick("✗", "x") }
  public var unknown: String { pick("?", "?") }
  public var running: String { pick("▸", ">") }
  public var pending: String { pick("○", "o") }
  public var ready: String { pick("●", "*") }
  public var waiting: String { pick("◆", "@") }
  public var skipped: String { pick("–", "-") }
  public var blocked: String { pick("⊘", "#") }
  public var paused: String { pick("‖", "=") }

  // MARK: Furniture

  public var ellipsis: String { pick("…", "~") }
  public var bullet: String { pick("•", "*") }
  public var separator: String { pick("▸", ">") }
  public var pointer: String { pick("▶", ">") }
  public var arrowUp: String { pick("↑", "^") }
  public var arrowDown: String { pick("↓", "v") }
  public var arrowRight: String { pick("→", ">") }
  /// Before a number of messages; the twin is a word.
  public var mail: String { pick("✉", "mail") }
  public var mask: String { pick("•", "*") }
}
