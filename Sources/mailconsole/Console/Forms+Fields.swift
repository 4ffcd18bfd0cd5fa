internal import Runbooks
internal import TUI

/// The fields that forms are made of.
extension Forms {
  /// A choice that starts at nothing, so that enter alone decides nothing.
  static func decision(_ options: [String], label: String = "Decision") -> Form.Field {
    Form.Field(
      name: "decision",
      label: label,
      hint: "space chooses",
      answer: .choice([undecided] + options, selected: 0),
      validate: { $0 == undecided ? "choose with space, or leave with esc" : nil }
    )
  }

  static func text(
    _ name: String,
    _ label: String,
    _ hint: String,
    isRequired: Bool = true
  ) -> Form.Field {
    Form.Field(
      name: name,
      label: label,
      hint: hint,
      isRequired: isRequired,
      validate: { text in
        isRequired && !text.contains { !$0.isWhitespace } ? "say something here" : nil
      }
    )
  }

  /// A choice that starts at its fallback; without one, at nothing.
  static func choice(_ words: [String], _ fallback: String) -> Form.Field.Answer {
    if let index = words.firstIndex(of: fallback) { return .choice(words, selected: index) }
    return .choice([undecided] + words, selected: 0)
  }

  static func field(
    _ input: InputDeclaration,
    named name: String? = nil,
    fallback: String = ""
  ) -> Form.Field {
    let form = input.form
    let isRequired = input.isRequired
    let answer: Form.Field.Answer =
      switch form {
      case .choice(let words): choice(words, fallback)
      case .secret: .text(TextField(isSecret: true, limit: 16_384))
      case .boolean: choice(["no", "yes"], ["true": "yes", "false": "no"][fallback] ?? "")
      default: .text(TextField(fallback))
      }
    return Form.Field(
      name: name ?? input.name,
      label: name ?? input.name,
      hint: input.help,
      answer: answer,
      isRequired: isRequired,
      validate: { text in
        if isRequired, !text.contains(where: { !$0.isWhitespace }) { return "say something here" }
        if text.isEmpty || text == undecided, !isRequired { return nil }
        if text == undecided { return "choose with space" }
        do {
          _ = try form.read(text)
          return nil
        } catch {
          return "\(error)"
        }
      }
    )
  }
}
