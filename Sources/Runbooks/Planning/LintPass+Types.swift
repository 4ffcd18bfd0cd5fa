extension LintPass {
  /// The defaults of the inputs, which can see the site and the run only.
  mutating func checkInputs() {
    for input in runbook.inputs {
      let scope = TypeScope(site: SiteLoader.names)
      check(default: input, in: scope)
    }
    var names: Set<String> = []
    for input in runbook.inputs where !names.insert(input.name).inserted {
      note(
        "the input `\(input.name)` is declared twice",
        fix: "Remove one.",
        at: input.position
      )
    }
  }

  /// Every expression, template and argument of a step.
  mutating func checkTypes(of step: Step) {
    if let when = step.when { check(condition: when, of: step, as: "`when`") }
    if let go = step.go { check(go, of: step) }
    switch step.body {
    case .check(let judged): check(judged, of: step)
    case .operation(let call): check(call, of: step)
    case .command(let command): check(command, of: step)
    case .manual(let task): check(task, of: step)
    case .ask(let questions): check(questions, of: step)
    case .approve(let approval):
      check(approval.statement, of: step)
      if let confirm = approval.confirmByTyping { check(confirm, of: step) }
    case .wait(.span(let span)): check(span: span, of: step)
    case .wait(.until(let probe, every: _, atMost: _)):
      check(probe, of: step)
      refuseSecrets(in: probe, of: step, as: "a wait")
    case .note(let text): check(text, of: step)
    case .gate, .runbook: break
    }
    if let probe = step.doneWhen {
      check(probe, of: step)
      refuseSecrets(in: probe, of: step, as: "`done_when`")
    }
    for output in step.outputs { refuseState(output.name, at: step.position) }
    switch step.rollback {
    case .operation(let call): check(call, of: step, itself: true)
    case .command(let command): check(command, of: step, itself: true)
    case .manual(let task): check(task.instructions, of: step, itself: true)
    case nil: break
    }
  }

  // MARK: Parts

  private mutating func check(_ judged: Check, of step: Step) {
    // What is used is linted where it stands.
    guard judged.use == nil else { return }
    switch judged.subject {
    case .operation(let call): check(call, of: step)
    case .command(let command): check(command, of: step)
    }
    guard let result = results(of: judged) else {
      use(judged.pass.references + (judged.warn?.references ?? []))
      return
    }
    check(condition: judged.pass, of: step, as: "`pass`", result: result)
    if let warn = judged.warn {
      check(condition: warn, of: step, as: "`warn`", result: result)
    }
  }

  private mutating func check(
    condition: Expression,
    of step: Step,
    as place: String,
    result: [String: TypeScope.Entry]? = nil
  ) {
    use(condition.references)
    guard !readsUnknownOperation(condition.references) else { return }
    let scope = scope(for: step, reading: condition.references, result: result)
    do throws(ExpressionError) {
      let type = try condition.type(in: scope)
      guard type == .boolean else {
        note(
          "\(place) must be true or false, this is \(type.phrase)",
          fix: "Compare it with something.",
          at: condition.position
        )
        return
      }
    } catch {
      note(error)
    }
  }

  private mutating func check(_ command: CommandLine, of step: Step, itself: Bool = false) {
    for word in command.arguments { check(word, of: step, itself: itself, as: .argument) }
    if let input = command.standardInput {
      check(input, of: step, itself: itself, as: .standardInput)
    }
  }

  private mutating func check(_ task: ManualTask, of step: Step) {
    check(task.instructions, of: step)
    check(task.fields, of: step)
    refuseSecrets(of: task)
  }

  private mutating func check(_ questions: [InputDeclaration], of step: Step) {
    for question in questions {
      refuseState(question.name, at: question.position)
      let references = question.fallback?.references ?? []
      use(references)
      guard !readsUnknownOperation(references) else { continue }
      check(default: question, in: scope(for: step, reading: references))
    }
  }

  private mutating func check(default declaration: InputDeclaration, in scope: TypeScope) {
    guard let fallback = declaration.fallback else { return }
    do throws(ExpressionError) {
      let type = try fallback.type(in: scope)
      if case .literal = fallback { return }  // The loader has checked it against the form.
      guard type.fits(declaration.form.type) else {
        note(
          "the default of `\(declaration.name)` is \(type.phrase), not \(declaration.form.type.phrase)",
          fix: "Give a default of the same type.",
          at: declaration.position
        )
        return
      }
    } catch {
      note(error)
    }
  }

  @discardableResult
  private mutating func check(
    _ template: Template,
    of step: Step,
    itself: Bool = false,
    as place: Place = .shown
  ) -> ValueType? {
    use(template.references)
    guard !readsUnknownOperation(template.references) else { return nil }
    do throws(ExpressionError) {
      let scope = scope(for: step, reading: template.references, itself: itself)
      let type = try template.type(in: scope)
      refuseSecret(in: template, scope, as: place)
      return type
    } catch {
      note(error)
      return nil
    }
  }

  private mutating func check(span: Template, of step: Step) {
    guard span.literal == nil, let type = check(span, of: step), type != .duration,
      !type.holdsSecret
    else { return }
    note(
      "a wait needs a duration, this is \(type.phrase)",
      fix: "Write it like 10m, or a lone ${…} that is a duration.",
      at: span.position
    )
  }

  private mutating func refuseState(_ name: String, at position: SourcePosition) {
    guard name == TypeScope.stateName else { return }
    note(
      "no output can be called `state`: steps.ID.state is how the step ended",
      fix: "Give it another name.",
      at: position
    )
  }

  // MARK: Operations

  private mutating func check(_ call: OperationCall, of step: Step, itself: Bool = false) {
    for (_, argument) in call.arguments { use(argument.references) }
    guard let declaration = operations[call.operation] else {
      note(
        "unknown operation `\(call.operation)`",
        fix: Spelling.hint(
          for: call.operation.name,
          among: operations.keys.map(\.name),
          else: "`mailconsole operations` lists them."
        ),
        at: call.position
      )
      return
    }
    for (name, argument) in call.arguments.sorted(by: { $0.key < $1.key }) {
      guard let parameter = declaration.parameters.first(where: { $0.name == name }) else {
        noteUnknown(
          "`\(call.operation)` has no parameter `\(name)`",
          name,
          among: declaration.parameters.map(\.name),
          at: argument.position ?? call.position
        )
        continue
      }
      check(argument, for: parameter, of: call, in: step, itself: itself)
    }
    for parameter in declaration.parameters
    where parameter.isRequired && call.arguments[parameter.name] == nil {
      note(
        "`\(call.operation)` needs `\(parameter.name)`",
        fix: "Add it under `with`: \(parameter.help)",
        at: call.position
      )
    }
  }

  private mutating func check(
    _ argument: Argument,
    for parameter: OperationDeclaration.Parameter,
    of call: OperationCall,
    in step: Step,
    itself: Bool
  ) {
    let references = argument.references
    guard !readsUnknownOperation(references) else { return }
    do throws(ExpressionError) {
      let scope = scope(for: step, reading: references, itself: itself)
      refuseComposition(argument, for: parameter, scope)
      check(words: argument, for: parameter, of: call)
      if let found = try argument.mismatch(with: parameter.type, in: scope) {
        note(
          "`\(parameter.name)` of `\(call.operation)` is \(parameter.type.phrase), this is \(found.phrase)",
          fix: Self.advice(for: found, as: parameter.type),
          at: argument.position ?? call.position
        )
      }
    } catch {
      note(error)
    }
  }

  /// A text that is written out must be one that the parameter takes.
  private mutating func check(
    words argument: Argument,
    for parameter: OperationDeclaration.Parameter,
    of call: OperationCall
  ) {
    let allowed = parameter.isVantage ? vantages.sorted() : parameter.choices
    guard !allowed.isEmpty else { return }
    for text in argument.texts where !allowed.contains(text) {
      let hint = Spelling.nearest(to: text, among: allowed).map { "; \($0) is meant?" } ?? ""
      note(
        parameter.isVantage
          ? "there is no vantage `\(text.excerpt)`\(hint)"
          : "`\(parameter.name)` of `\(call.operation)` cannot be `\(text.excerpt)`\(hint)",
        fix: "Give \(allowed.joined(separator: ", "))"
          + (parameter.isVantage ? ", or name it under `vantages` in site.yaml." : "."),
        at: argument.position ?? call.position
      )
    }
  }

  private static func advice(for found: ValueType, as wanted: ValueType) -> String {
    if wanted.holdsSecret {
      return "Give a lone ${…} that is a secret: an input, an answer or an output declared so."
    }
    if found.holdsSecret { return "Only a secret parameter, or `stdin` of a command, takes one." }
    return found == .integer && wanted == .string ? "Put it in quotes." : "Give \(wanted.phrase)."
  }

  /// Notes an argument that what is called does not take, with those it does.
  mutating func noteUnknown(
    _ message: String,
    _ name: String,
    among known: [String],
    at position: SourcePosition
  ) {
    note(
      message,
      fix: Spelling.hint(
        for: name,
        among: known,
        else: known.isEmpty ? "It takes none." : "It takes \(known.joined(separator: ", "))."
      ),
      at: position
    )
  }

  mutating func use(_ references: [ReferenceUse]) {
    for use in references where use.reference.root == .inputs {
      usedInputs.insert(use.reference.path[0])
    }
  }
}

extension Argument {
  /// Where it is written, as far as that is known.
  var position: SourcePosition? {
    switch self {
    case .literal: nil
    case .template(let template): template.position
    case .list(let elements): elements.lazy.compactMap(\.position).first
    case .record(let fields): fields.values.compactMap(\.position).min { $0.mark < $1.mark }
    }
  }

  /// The texts that are written out in it, without any expression.
  fileprivate var texts: [String] {
    switch self {
    case .literal(let value): value.text.map { [$0] } ?? []
    case .template(let template): template.literal.map { [$0] } ?? []
    case .list(let elements): elements.flatMap(\.texts)
    case .record: []
    }
  }

  /// The type of the part that does not fit a type; nil where all fits.
  func mismatch(
    with wanted: ValueType,
    in scope: TypeScope
  ) throws(ExpressionError) -> ValueType? {
    switch (self, wanted) {
    case (.literal(let value), _):
      return value.fits(wanted) ? nil : value.type
    case (.list(let elements), .list(let element)):
      for part in elements {
        if let found = try part.mismatch(with: element, in: scope) { return found }
      }
      return nil
    case (.record(let fields), .record(let types)):
      for (name, type) in types {
        guard let field = fields[name] else { return try self.type(in: scope) }
        if let found = try field.mismatch(with: type, in: scope) { return found }
      }
      return nil
    default:
      let found = try type(in: scope)
      return found.fits(wanted) ? nil : found
    }
  }
}
