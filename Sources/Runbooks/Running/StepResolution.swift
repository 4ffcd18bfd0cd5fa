/// A step with every text and argument worked out: what the intent records and the engine performs.
struct ResolvedStep: Sendable {
  /// What is performed.
  enum Work: Sendable {
    case check(ResolvedCheck)
    case operation(any Operation, Arguments)
    case command([String], input: VeiledText?, CommandLine)
    case gate(Gate, [ResolvedUse])
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

  /// What is shown before it, and bound by a go.
  var commands: CommandList {
    CommandList(step: step.id, actions: actions, arguments: arguments)
  }
}

/// A check whose subject is worked out.
struct ResolvedCheck: Sendable {
  enum Subject: Sendable {
    case operation(any Operation, Arguments)
    case command([String], input: VeiledText?)
  }

  let check: Check
  let subject: Subject
  let actions: [PlannedAction]
  let arguments: [String: Value]
}

/// Why a step cannot be worked out.
enum ResolutionFailure: Error {
  /// An expression reads a name that has no value.
  case unset(Reference)
  /// The catalogue or the operation refuses it.
  case refused(OperationFailure)
}

extension ResolutionFailure {
  /// Takes the error of an expression.
  init(_ error: EvaluationError) {
    switch error {
    case .unset(let reference): self = .unset(reference)
    case .mistyped:
      self = .refused(
        OperationFailure(
          .refused,
          error.description,
          advice: "Correct the runbook for the next run.",
          effect: .none
        )
      )
    }
  }
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
        step: step,
        work: .check(resolved),
        actions: resolved.actions,
        arguments: resolved.arguments,
        risk: .read,
        isRepeatable: true
      )
    case .operation(let call):
      let (operation, arguments, actions) = try resolve(call)
      return ResolvedStep(
        step: step,
        work: .operation(operation, arguments),
        actions: actions,
        arguments: arguments.values,
        risk: max(step.risk, operation.declaration.risk),
        isRepeatable: operation.declaration.isRepeatable
      )
    case .command(let line):
      let (argv, input) = try resolve(line)
      return ResolvedStep(
        step: step,
        work: .command(argv, input: input, line),
        actions: [PlannedAction(argv: argv, standardInput: input?.description)],
        arguments: [:],
        risk: step.risk,
        isRepeatable: step.risk == .read
      )
    case .gate(let gate):
      let uses = gate.checks.map { resolve(use: $0) }
      return harmless(step, .gate(gate, uses), actions: uses.flatMap(\.actions))
    case .note(let template): return harmless(step, .note(try text(template)))
    case .wait(.span(let template)):
      let given = try value(.template(template))
      guard let span = given.converted(to: .duration)?.span else {
        throw ResolutionFailure(
          .mistyped("a duration is needed, not the \(given.type) \(given)", at: template.position)
        )
      }
      return harmless(step, .wait(span))
    case .wait(.until(let check, let every, let atMost)):
      let resolved = try resolve(check)
      return ResolvedStep(
        step: step,
        work: .waitUntil(resolved, every: every, atMost: atMost),
        actions: resolved.actions,
        arguments: resolved.arguments,
        risk: .read,
        isRepeatable: true
      )
    case .manual(let task): return harmless(step, .person(try text(task.instructions)))
    case .approve(let approval): return harmless(step, .person(try text(approval.statement)))
    case .ask: return harmless(step, .person("answers are asked for"))
    case .runbook(let nested):
      return harmless(step, .person("the runbook \(nested.id) is run"))
    }
  }

  private func harmless(
    _ step: Step,
    _ work: ResolvedStep.Work,
    actions: [PlannedAction] = []
  ) -> ResolvedStep {
    ResolvedStep(
      step: step,
      work: work,
      actions: actions,
      arguments: [:],
      risk: .read,
      isRepeatable: true
    )
  }

  func resolve(_ check: Check) throws(ResolutionFailure) -> ResolvedCheck {
    switch check.subject {
    case .operation(let call):
      let (operation, arguments, actions) = try resolve(call)
      guard operation.declaration.risk == .read else {
        throw .refused(
          OperationFailure(
            .refused,
            "\(call.operation) changes something, and a check only reads",
            advice: "Make it a `do` step.",
            effect: .none
          )
        )
      }
      return ResolvedCheck(
        check: check,
        subject: .operation(operation, arguments),
        actions: actions,
        arguments: arguments.values
      )
    case .command(let line):
      let (argv, input) = try resolve(line)
      return ResolvedCheck(
        check: check,
        subject: .command(argv, input: input),
        actions: [PlannedAction(argv: argv, standardInput: input?.description)],
        arguments: [:]
      )
    }
  }

  private func resolve(
    _ call: OperationCall
  ) throws(ResolutionFailure) -> (any Operation, Arguments, [PlannedAction]) {
    guard let operation = catalogue[call.operation] else {
      throw .refused(
        OperationFailure(
          .refused,
          "there is no operation \(call.operation) in this version",
          advice: "Use the version of mailconsole that the runbook was written for.",
          effect: .none
        )
      )
    }
    let arguments: Arguments
    do throws(EvaluationError) {
      arguments = try call.arguments(in: scope, for: operation.declaration)
    } catch {
      throw ResolutionFailure(error)
    }
    do throws(OperationFailure) {
      return (operation, arguments, try operation.plan(arguments, for: site))
    } catch {
      throw .refused(error)
    }
  }

  private func resolve(
    _ line: CommandLine
  ) throws(ResolutionFailure) -> (argv: [String], input: VeiledText?) {
    do throws(EvaluationError) {
      let argv = try line.argv(in: scope)
      guard let input = line.standardInput else { return (argv, nil) }
      return (argv, try input.veiled(in: scope))
    } catch {
      throw ResolutionFailure(error)
    }
  }

  func text(_ template: Template) throws(ResolutionFailure) -> String {
    do throws(EvaluationError) { return try template.text(in: scope) } catch {
      throw ResolutionFailure(error)
    }
  }

  func value(_ argument: Argument) throws(ResolutionFailure) -> Value {
    do throws(EvaluationError) { return try argument.resolve(in: scope) } catch {
      throw ResolutionFailure(error)
    }
  }
}
