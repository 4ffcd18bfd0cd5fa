/// How the roles of `Style` look.
public enum Theme: String, Sendable, Hashable, CaseIterable {
  /// For dark backgrounds; the default.
  case dark
  /// For light backgrounds: no yellow or cyan text, which vanishes there.
  case light
  /// No colour at all: NO_COLOR, vt100.
  case mono

  public func look(of style: Style) -> Look {
    var look =
      switch self {
      case .dark: Self.dark(style.role)
      case .light: Self.light(style.role)
      case .mono: Self.mono(style.role)
      }
    if style.isSelected {
      // A look in reverse already, such as a badge, stays readable as it is.
      look.attributes.insert(.reverse)
      look.attributes.remove(.dim)
      if look.background != nil { look.attributes.remove(.reverse) }
    }
    return look
  }

  private static func dark(_ role: Style.Role) -> Look {
    switch role {
    case .normal: Look()
    case .dim, .placeholder, .skipped: Look(nil, .dim)
    case .border: Look(nil, .dim)
    case .strong: Look(nil, .bold)
    case .heading: Look(.cyan, .bold)
    case .accent: Look(.cyan)
    case .key: Look(.yellow, .bold)
    case .focus: Look(.yellow, .bold)
    case .field: Look(nil, .underline)
    case .good: Look(.green)
    case .warning: Look(.yellow)
    case .bad: Look(.red, .bold)
    case .unknown: Look(.magenta, .bold)
    case .running: Look(.cyan, .bold)
    case .waiting: Look(.yellow, .bold)
    case .live: Look(.white, on: .red, .bold)
    case .tabletop: Look(.black, on: .cyan)
    case .plan: Look(.black, on: .yellow)
    case .match: Look(.black, on: .yellow)
    }
  }

  private static func light(_ role: Style.Role) -> Look {
    switch role {
    case .heading: Look(.blue, .bold)
    case .accent: Look(.blue)
    case .key, .focus: Look(.blue, .bold)
    case .good: Look(.green, .bold)
    case .warning, .waiting: Look(.magenta, .bold)
    case .unknown: Look(.magenta, [.bold, .underline])
    case .running: Look(.blue, .bold)
    default: dark(role)
    }
  }

  private static func mono(_ role: Style.Role) -> Look {
    switch role {
    case .normal, .accent, .good, .border: Look()
    case .dim, .placeholder, .skipped: Look(nil, .dim)
    case .strong, .heading, .key, .running, .warning, .waiting: Look(nil, .bold)
    case .field: Look(nil, .underline)
    case .unknown: Look(nil, .underline)
    case .bad: Look(nil, [.bold, .underline])
    case .focus, .match: Look(nil, [.bold, .reverse])
    case .live: Look(nil, [.bold, .reverse])
    case .tabletop: Look(nil, .reverse)
    case .plan: Look(nil, [.bold, .underline])
    }
  }
}
