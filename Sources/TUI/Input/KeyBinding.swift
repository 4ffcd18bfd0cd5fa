/// Where a key acts: a screen, a dialog, or everywhere.
public struct KeyContext: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  public let name: String

  public init(_ name: String) {
    self.name = name
  }

  public init(stringLiteral value: String) {
    name = value
  }

  public var description: String { name }

  /// Everywhere, unless a more special context uses the key itself.
  public static let global: KeyContext = "global"
}

/// One line of the key table.
public struct KeyBinding<Action: Hashable & Sendable>: Sendable {
  public var keys: [Key]
  public var action: Action
  /// A word or two for the footer: `run`.
  public var label: String
  /// A sentence for `?` and the manual.
  public var help: String
  public var context: KeyContext
  /// The name after `:`.
  ///
  /// Also the name under which it is rebound.
  public var command: String
  /// Whether the footer shows it.
  ///
  /// It holds five to seven.
  public var isInFooter: Bool
  /// Whether it only looks or moves.
  ///
  /// What is not harmless may not be bound to `Key.reserved`.
  public var isHarmless: Bool

  public init(
    _ keys: Key...,
    action: Action,
    command: String,
    label: String,
    help: String,
    context: KeyContext = .global,
    isInFooter: Bool = false,
    isHarmless: Bool = false
  ) {
    self.keys = keys
    self.action = action
    self.command = command
    self.label = label
    self.help = help
    self.context = context
    self.isInFooter = isInFooter
    self.isHarmless = isHarmless
  }
}
