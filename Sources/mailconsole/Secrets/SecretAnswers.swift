internal import Runbooks

/// The secrets that an answers file refers to, read before anything begins.
struct SecretAnswers: Sendable {
  /// By name, as expressions write it.
  private let texts: [String: String]

  init(_ answers: Answers, for runbook: Runbook) throws(CommandFailure) {
    var texts: [String: String] = [:]
    for input in runbook.inputs where input.form == .secret {
      texts["inputs.\(input.name)"] = try Self.read(answers.inputs[input.name], input)
    }
    for step in runbook.steps {
      guard case .ask(let questions) = step.body else { continue }
      for question in questions where question.form == .secret {
        let given = answers.steps[step.id]?.fields[question.name]
        texts["steps.\(step.id).\(question.name)"] = try Self.read(given, question)
      }
    }
    self.texts = texts
  }

  /// The secret of a name; nil: the file has none.
  subscript(name: String) -> Value? { texts[name].map(Value.string) }

  private static func read(
    _ value: Value?,
    _ declaration: InputDeclaration
  ) throws(CommandFailure) -> String? {
    guard let value else { return nil }
    guard let source = SecretSource(value) else {
      throw CommandFailure(.data, "`\(declaration.name)`: a secret is not written down.")
    }
    let text = try source.read()
    do throws(InputRefusal) {
      _ = try declaration.form.read(text)
    } catch {
      throw CommandFailure(.data, "`\(declaration.name)` from \(source): \(error)")
    }
    return text
  }
}
