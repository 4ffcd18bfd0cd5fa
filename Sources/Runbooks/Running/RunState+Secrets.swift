/// Which secrets a run has, which of them its process holds, and which steps wait for one.
///
/// A secret has a name as expressions write it: `inputs.NAME` or `steps.ID.NAME`. Only marks are
/// here; a new process holds nothing, whatever the journal has.
struct RunSecrets: Sendable, Hashable {
  /// The secrets the runbook declares, with what to tell whoever is asked.
  let declared: [String: InputDeclaration]
  /// For each step by position, the secrets it reads, in the order of the text.
  let needs: [[String]]
  /// The marks of secret inputs.
  var inputs: [String: SecretMark] = [:]
  /// The marks whose secrets the process that drives was given.
  var held: Set<SecretMark> = []

  init(of runbook: Runbook) {
    var declared: [String: InputDeclaration] = [:]
    for input in runbook.inputs where input.form == .secret {
      declared["inputs.\(input.name)"] = input
    }
    for step in runbook.steps {
      switch step.body {
      case .ask(let questions):
        for question in questions where question.form == .secret {
          declared["steps.\(step.id).\(question.name)"] = question
        }
      case .command:
        for output in step.outputs where output.isSecret {
          declared["steps.\(step.id).\(output.name)"] = InputDeclaration(
            name: output.name,
            form: .secret,
            help: "what \(step.id) printed; going back to \(step.id) makes it anew",
            position: step.position
          )
        }
      default: break
      }
    }
    self.declared = declared
    needs =
      declared.isEmpty
      ? [] : runbook.steps.map { $0.body.reads.map(\.description).filter { declared[$0] != nil } }
  }
}

extension StepBody {
  /// What the body hands to a command or an operation.
  fileprivate var reads: [Reference] {
    let uses: [ReferenceUse] =
      switch self {
      case .operation(let call): call.reads
      case .command(let line): line.standardInput?.references ?? []
      case .check(let check):
        switch check.subject {
        case .operation(let call): call.reads
        case .command(let line): line.standardInput?.references ?? []
        }
      case .manual, .ask, .approve, .wait, .gate, .runbook, .note: []
      }
    return uses.map(\.reference)
  }
}

extension OperationCall {
  fileprivate var reads: [ReferenceUse] {
    arguments.sorted { $0.key < $1.key }.flatMap(\.value.references)
  }
}

extension RunState {
  /// What is asked for when a secret is; nil: the runbook has no such secret.
  public func declaration(ofSecret name: String) -> InputDeclaration? { secrets.declared[name] }

  /// The secrets that a step needs before it can begin, by name.
  public func missingSecrets(of step: StepID) -> [String] {
    graph.index[step].map { missingSecrets($0) } ?? []
  }

  func missingSecrets(_ index: Int) -> [String] {
    guard !secrets.needs.isEmpty, mode != .plan, ended == nil, mayNeedSecrets(index) else {
      return []
    }
    return secrets.needs[index].filter { name in
      guard let mark = mark(ofSecret: name) else { return name.hasPrefix("inputs.") }
      return !secrets.held.contains(mark)
    }
  }

  /// Whether the step is about to begin: nobody is asked for the secrets of others.
  private func mayNeedSecrets(_ index: Int) -> Bool {
    switch states[index] {
    case .ready:
      guard let when = runbook.steps[index].when else { return true }
      return (try? when.evaluate(in: scope)) == .boolean(true)
    case .waitingUntil(let delay):
      if case .retry = delay.reason { return true }
      return false
    default: return false
    }
  }

  /// The mark of a secret as it was given or made last.
  func mark(ofSecret name: String) -> SecretMark? {
    let words = name.split(separator: ".").map(String.init)
    if words.count == 2 { return secrets.inputs[words[1]] }
    guard words.count == 3 else { return nil }
    return outputs[StepID(words[1])]?[words[2]]?.mark
  }

  /// `inputs.…` in expressions: what the run was started with, and the marks of its secrets.
  var inputsInScope: [String: Value] {
    var inputs = created?.inputs ?? [:]
    for (name, declaration) in secrets.declared where name.hasPrefix("inputs.") {
      inputs[declaration.name] = .secret(secrets.inputs[declaration.name] ?? SecretMark(nil))
    }
    return inputs
  }

  /// The event of a secret being given.
  func give(
    _ name: String,
    _ value: Value,
    by person: String,
    at now: Moment
  ) throws(CommandRefusal) -> RunEvent {
    guard secrets.declared[name] != nil else {
      throw CommandRefusal("The runbook \(runbook.id) has no secret `\(name)`.")
    }
    guard case .secret(let mark) = value, mark.hash != nil else {
      throw CommandRefusal("`\(name)` was not given as a secret.")
    }
    if let objection = objection(toSecret: name) { throw CommandRefusal("\(objection).") }
    return .secretGiven(.init(name: name, mark: mark, by: person, at: now))
  }

  mutating func take(_ event: RunEvent.SecretGiven) throws(Misfit) {
    guard secrets.declared[event.name] != nil else {
      throw Misfit("the runbook has no secret `\(event.name)`")
    }
    if let objection = objection(toSecret: event.name) { throw Misfit(objection) }
    see(event.at)
    hold(event.mark)
    let words = event.name.split(separator: ".").map(String.init)
    guard words.count == 3, let index = graph.index[StepID(words[1])] else {
      secrets.inputs[words[1]] = event.mark
      return
    }
    var values = outputs[StepID(words[1])] ?? [:]
    values[words[2]] = .secret(event.mark)
    outputs.set(values, at: index)
  }

  /// The process that drives knows the secrets of these values from here on.
  mutating func hold(_ values: some Sequence<Value>) {
    guard !secrets.declared.isEmpty else { return }
    for case .secret(let mark) in values { hold(mark) }
  }

  private mutating func hold(_ mark: SecretMark) { secrets.held.insert(mark) }

  /// Why a secret is not taken now, as the beginning of a sentence; nil: it is.
  private func objection(toSecret name: String) -> String? {
    let mark = mark(ofSecret: name)
    if let mark, secrets.held.contains(mark) { return "`\(name)` is known already" }
    if mark == nil, !name.hasPrefix("inputs.") {
      return "`\(name)` is asked for, or made, by its step"
    }
    return nil
  }
}
