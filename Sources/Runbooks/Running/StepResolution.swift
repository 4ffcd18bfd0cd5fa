/// A step with every text and argument worked out: what the intent records and the engine performs.
struct ResolvedStep: Sendable {
  /// What is performed.
  enum Work: Sendable {
    case check(ResolvedCheck)
    case operation(any Operation, Arguments)
    case command([String], CommandLine)
    case gate(Gate)
    case note(String)
    case wait(Duration)
    case waitUntil(ResolvedCheck, every: Duration, atMost: Duration)
    /// Something for a person, in a world in which nobody is asked.
    case person(String)
  }

  let step: Step
  let work: Work
  let actions: [PlannedAction]
  let arguments: [String: Value]
  let risk: Risk
  let isRepeatable: Bool
}

/// A check whose subject is worked out.
struct ResolvedCheck: Sendable {
  enum Subject: Sendable {
    case operation(any Operation, Arguments)
    case command([String])
  }

  let check: Check
  let subject: Subject
  let actions: [PlannedAction]
  let arguments: [String: Value]
}

/// Why a step cannot be worked out.
enum ResolutionFailure: Error {
  /// A text or argument has no value, as an expression says.
  case noValue(String)
  /// The catalogue or the operation refuses it.
  case refused(OperationFailure)
}

/// Works steps out against a run; pure.
struct StepResolution {
  let catalogue: OperationCatalogue
  let site: Site
  let scope: Scope
  let mode: World

  func resolve(_ step: Step) throws(ResolutionFailure) -> ResolvedStep {
    switch step.body {
    case .check(let check):
      let resolved = try resolve(check)
      return ResolvedStep(
        step: step, work: .check(resolved), actions: resolved.actions,
        arguments: resolved.arguments, risk: .read, isRepeatable: true)
    case .operation(let call):
      let (operation, arguments, actions) = try resolve(call)
      return ResolvedStep(
        step: step, work: .operation(operation, arguments), actions: actions,
        arguments: arguments.values, risk: max(step.risk, operation.declaration.risk),
        isRepeatable: operation.declaration.isRepeatable)
    case .command(let line):
      let argv = try resolve(line)
      return ResolvedStep(
        step: step, work: .command(argv, line), actions: [PlannedAction(argv: argv)],
        arguments: [:], risk: step.risk, isRepeatable: step.risk == .read)
    case .gate(let gate): return harmless(step, .gate(gate))
    case .note(let template): return harmless(step, .note(try text(template)))
    case .wait(.span(let template)):
      guard case .duration(let span) = try value(template) else {
        throw .noValue("`\(template.source)` is no duration")
      }
      return harmless(step, .wait(span))
    case .wait(.until(let check, let every, let atMost)):
      let resolved = try resolve(check)
      return ResolvedStep(
        step: step, work: .waitUntil(resolved, every: every, atMost: atMost),
        actions: resolved.actions, arguments: resolved.arguments, risk: .read,
        isRepeatable: true)
    case .manual(let task): return harmless(step, .person(try text(task.instructions)))
    case .approve(let approval): return harmless(step, .person(try text(approval.statement)))
    case .ask: return harmless(step, .person("answers are asked for"))
    case .runbook(let id, _): return harmless(step, .person("the runbook \(id) is run"))
    }
  }

  private func harmless(_ step: Step, _ work: ResolvedStep.Work) -> ResolvedStep {
    ResolvedStep(
      step: step, work: work, actions: [], arguments: [:], risk: .read, isRepeatable: true)
  }

  func resolve(_ check: Check) throws(ResolutionFailure) -> ResolvedCheck {
    switch check.subject {
    case .operation(let call):
      let (operation, arguments, actions) = try resolve(call)
      guard operation.declaration.risk == .read else {
        throw .refused(
          OperationFailure(
            .refused, "\(call.operation) changes something, and a check only reads",
            advice: "Make it a `do` step.", effect: .none))
      }
      return ResolvedCheck(
        check: check, subject: .operation(operation, arguments), actions: actions,
        arguments: arguments.values)
    case .command(let line):
      let argv = try resolve(line)
      return ResolvedCheck(
        check: check, subject: .command(argv), actions: [PlannedAction(argv: argv)],
        arguments: [:])
    }
  }

  private func resolve(
    _ call: OperationCall
  ) throws(ResolutionFailure) -> (any Operation, Arguments, [PlannedAction]) {
    guard let operation = catalogue[call.operation] else {
      throw .refused(
        OperationFailure(
          .refused, "there is no operation \(call.operation) in this version",
          advice: "Use the version of mailconsole that the runbook was written for.",
          effect: .none))
    }
    var values: [String: Value] = [:]
    for name in call.arguments.keys.sorted() {
      if let argument = call.arguments[name] { values[name] = try value(argument) }
    }
    let arguments = try check(values, for: operation.declaration)
    do {
      return (operation, arguments, try operation.plan(arguments, for: site))
    } catch {
      throw .refused(error)
    }
  }

  private func check(
    _ values: [String: Value], for declaration: OperationDeclaration
  ) throws(ResolutionFailure) -> Arguments {
    var checked = values
    func refuse(_ what: String) -> ResolutionFailure {
      .refused(
        OperationFailure(
          .refused, "\(declaration.name) \(what)", advice: "Correct the runbook or the inputs.",
          effect: .none))
    }
    let parameters = Dictionary(
      declaration.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for name in values.keys.sorted() where parameters[name] == nil {
      throw refuse("has no parameter `\(name)`")
    }
    for parameter in declaration.parameters {
      guard let value = values[parameter.name] else {
        if parameter.isRequired { throw refuse("needs the parameter `\(parameter.name)`") }
        continue
      }
      if case .integer(let int) = value, parameter.type == .number {
        checked[parameter.name] = .number(Double(int))
      } else if !value.fits(parameter.type) {
        throw refuse("takes \(parameter.type) as `\(parameter.name)`, not \(value.type)")
      }
    }
    return Arguments(checked)
  }

  private func resolve(_ line: CommandLine) throws(ResolutionFailure) -> [String] {
    var argv: [String] = []
    for template in line.arguments { argv.append(try text(template)) }
    return argv
  }

  func text(_ template: Template) throws(ResolutionFailure) -> String {
    do { return try template.text(in: scope) } catch { throw .noValue("\(error)") }
  }

  private func value(_ template: Template) throws(ResolutionFailure) -> Value {
    do { return try template.resolve(in: scope) } catch { throw .noValue("\(error)") }
  }

  func value(_ argument: Argument) throws(ResolutionFailure) -> Value {
    do { return try argument.resolve(in: scope) } catch { throw .noValue("\(error)") }
  }
}

extension Value {
  /// Whether the value can stand where the type is asked for.
  func fits(_ type: ValueType) -> Bool {
    switch (self, type) {
    case (.list(let values), .list(let element)): values.allSatisfy { $0.fits(element) }
    case (.record(let fields), .record(let types)):
      types.allSatisfy { name, type in fields[name]?.fits(type) ?? false }
    default: self.type == type
    }
  }
}
