/// How a text looks, by what it means.
///
/// A `Theme` turns it into colours.
///
/// Never the only carrier of a meaning: a word or a sign stands beside it, for
/// those who see no colour and for terminals that have none.
public struct Style: Sendable, Hashable {
  /// What a text is.
  public enum Role: UInt8, Sendable, Hashable, CaseIterable {
    case normal, dim, strong, heading, accent, key, border, focus, field, placeholder
    case good, warning, bad, unknown, running, waiting, skipped
    case live, tabletop, plan, match
  }

  public var role: Role

  /// Whether it belongs to what is selected, which is shown in reverse.
  public var isSelected: Bool

  public init(_ role: Role, isSelected: Bool = false) {
    self.role = role
    self.isSelected = isSelected
  }

  /// The same, as part of a selected row.
  public func selected(_ isSelected: Bool = true) -> Style {
    Style(role, isSelected: isSelected)
  }
}

extension Style {
  public static let normal = Style(.normal)
  /// Less important than what surrounds it.
  public static let dim = Style(.dim)
  public static let strong = Style(.strong)
  public static let heading = Style(.heading)
  /// Names and values that stand out.
  public static let accent = Style(.accent)
  /// The name of a key in footer and help.
  public static let key = Style(.key)
  public static let border = Style(.border)
  /// The border or the button that has the keyboard.
  public static let focus = Style(.focus)
  /// The room of an input field.
  public static let field = Style(.field)
  /// The hint in an empty field, and suggested completions.
  public static let placeholder = Style(.placeholder)
  public static let selection = Style(.normal, isSelected: true)

  public static let good = Style(.good)
  public static let warning = Style(.warning)
  public static let bad = Style(.bad)
  /// An outcome nobody knows: not failed, not passed.
  public static let unknown = Style(.unknown)
  public static let running = Style(.running)
  /// Waits for a person.
  public static let waiting = Style(.waiting)
  public static let skipped = Style(.skipped)

  /// Badge of the world in which things really happen.
  public static let live = Style(.live)
  public static let tabletop = Style(.tabletop)
  public static let plan = Style(.plan)
  /// What a search found.
  public static let match = Style(.match)
}

extension Style {
  /// The letter that stands for it in a golden; a capital when selected.
  public var letter: Character {
    let letter: Character =
      switch role {
      case .normal: "."
      case .dim: "d"
      case .strong: "s"
      case .heading: "h"
      case .accent: "a"
      case .key: "k"
      case .border: "o"
      case .focus: "c"
      case .field: "f"
      case .placeholder: "q"
      case .good: "g"
      case .warning: "w"
      case .bad: "b"
      case .unknown: "u"
      case .running: "r"
      case .waiting: "y"
      case .skipped: "z"
      case .live: "l"
      case .tabletop: "t"
      case .plan: "p"
      case .match: "m"
      }
    guard isSelected else { return letter }
    return role == .normal ? "#" : Character(letter.uppercased())
  }
}
