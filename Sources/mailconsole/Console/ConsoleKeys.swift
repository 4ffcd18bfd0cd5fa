internal import TUI

/// The one table of keys: dispatch, footer, `?`, `:` and docs/keys.md come from it.
///
/// Each screen brings its own; here are those of what lies over a screen.
enum ConsoleKeys {
  /// A question that binds evidence, while it lies over a screen.
  static let form: KeyContext = "form"

  typealias Binding = KeyBinding<ConsoleAction>

  /// The table with the keys as shipped.
  static func table() throws(KeyTableError) -> KeyTable<ConsoleAction> {
    let bindings = Screen.allCases.flatMap { $0.type.bindings }
    return try KeyTable(
      bindings.filter { $0.context != .global } + formBindings + globalBindings
        + bindings.filter { $0.context == .global }
    )
  }

  private static let formBindings: [Binding] = [
    Binding(
      "ctrl-o",
      "v",
      action: .showEvidence,
      command: "evidence",
      label: "evidence",
      help: "Open what the sign-off binds; going back brings the form back as it was.",
      context: form,
      isInFooter: true,
      isHarmless: true
    )
  ]
}
