import CNcurses

/// What a terminal can do, decided once at the start.
public struct TerminalProfile: Sendable, Hashable {
  public var glyphs: GlyphSet
  public var theme: Theme

  /// What the status line should say about a terminal that is not shown as it
  /// could be.
  public var remark: String?

  public init(glyphs: GlyphSet, theme: Theme, remark: String? = nil) {
    self.glyphs = glyphs
    self.theme = theme
    self.remark = remark
  }

  /// Why the console cannot be drawn here, though plain output can.
  public enum Unusable: Error, Sendable, Hashable {
    case notATerminal
    case noTerm
    case dumb(String)
    case unknownTerminal(String)
    case cannotMoveCursor(String)
  }

  /// Judges an environment.
  ///
  /// - Parameters:
  ///   - variable: Reads the environment: TERM, NO_COLOR, COLORFGBG.
  ///   - isUTF8: Whether the locale can encode more than ASCII.
  ///   - theme: The operator's choice; nil decides by the environment.
  public static func detect(
    variable: (String) -> String?,
    isUTF8: Bool,
    theme: Theme? = nil
  ) throws(Unusable) -> TerminalProfile {
    guard let term = variable("TERM"), !term.isEmpty else { throw .noTerm }
    if term == "dumb" || term == "unknown" { throw .dumb(term) }
    var chosen = theme ?? (hasLightBackground(variable("COLORFGBG")) ? .light : .dark)
    // https://no-color.org: any value but an empty one. An explicit theme of
    // the operator is about roles, NO_COLOR about colour: the latter wins.
    if let noColour = variable("NO_COLOR"), !noColour.isEmpty { chosen = .mono }
    return TerminalProfile(glyphs: isUTF8 ? .unicode : .ascii, theme: chosen)
  }

  /// rxvt and Konsole say `15;0`: white on black.
  private static func hasLightBackground(_ colours: String?) -> Bool {
    guard let last = colours?.split(separator: ";").last else { return false }
    return last == "7" || last == "15"
  }
}

extension TerminalProfile.Unusable: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notATerminal:
      "Standard input and output are not both a terminal. Use the plain commands instead."
    case .noTerm:
      "TERM is not set, so the terminal is unknown. Set it, or use the plain commands."
    case .dumb(let term):
      "TERM=\(term) cannot draw a screen. Use the plain commands, or set TERM to what you have."
    case .unknownTerminal(let term):
      "No terminal description for TERM=\(term), nor for xterm-256color or vt100."
        + " Install ncurses-base."
    case .cannotMoveCursor(let term):
      "The terminal TERM=\(term) cannot move its cursor. Use the plain commands."
    }
  }
}
