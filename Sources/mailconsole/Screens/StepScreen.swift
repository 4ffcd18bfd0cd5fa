internal import Runbooks
internal import TUI

/// One step: why it exists, exactly what it does, what came of it, and its live output.
struct StepScreen: ConsoleScreen {
  let step: StepID
  var log = LogState()

  init(step: StepID) { self.step = step }

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    guard let run = model.run, let state = run.state[step],
      let step = run.runbook.steps.first(where: { $0.id == self.step })
    else { return }
    let lines = Self.lines(step, state, run, model.context, glyphs: frame.glyphs)
    let wrapped = lines.flatMap { Self.wrap($0, columns: rect.columns - 2, glyphs: frame.glyphs) }
    let log = run.logs[self.step]
    let reserved = log == nil ? 0 : max(5, rect.rows / 3)
    let (above, below) = rect.splitTop(min(wrapped.count, rect.rows - reserved))
    for (row, line) in wrapped.prefix(above.rows).enumerated() {
      frame.draw(line, in: above.row(row).inset(columns: 1))
    }
    if let log {
      LogView(log: log, state: self.log, title: "output").draw(in: below, on: &frame)
    }
  }

  private static func wrap(_ line: StyledText, columns: Int, glyphs: GlyphSet) -> [StyledText] {
    // What fits stays as it is: blanks between a name and its value are meant.
    guard line.columns(glyphs: glyphs) > columns, line.spans.count == 1, let span = line.spans.first
    else { return [line] }
    let wrapped = TextWrapping.wrap(span.text, columns: columns, glyphs: glyphs)
    // What a command wrote may be a page; what is below it must be seen. All of it is kept.
    let cut =
      wrapped.count > longest ? ["\(wrapped.count - longest) more lines, in the journal"] : []
    return (wrapped.prefix(longest) + cut).map { StyledText($0, span.style) }
  }

  /// The most rows of one paragraph.
  private static let longest = 6

  private static func lines(
    _ step: Step,
    _ state: StepState,
    _ run: RunModel,
    _ context: ConsoleContext,
    glyphs: GlyphSet
  ) -> [StyledText] {
    let turn = run.turn(at: step.id, for: context.operatorName)
    let sign = StepSign(step, run, turn, glyphs: glyphs)
    var lines: [StyledText] = [
      [
        .init(sign.sign + " " + sign.word + "  ", sign.style), .init(step.title, .strong),
        .init("   \(step.body.keyword), risk \(step.risk.rawValue)", .dim),
      ]
    ]
    if !step.purpose.isEmpty { lines.append(StyledText(step.purpose)) }
    lines.append("")
    lines += run.signingWords(at: step.id).map { [$0] } ?? []
    lines += StepSummary.lines(of: step, state, run, turn)
      .filter { $0.plain != step.purpose }
    lines += StepRecord.lines(of: step, state, run)
    lines += facts(step, run.state.created?.operators ?? [])
    lines += commands(step, state, run, context)
    lines += evidence(run.evidence(of: step.id))
    return lines
  }

  private static func facts(_ step: Step, _ operators: [RunOperator]) -> [StyledText] {
    var facts: [String] = []
    let raci = step.responsibility
    if let role = raci.responsible {
      facts.append("responsible \(RoleNames.text([role], among: operators))")
    }
    if let role = raci.accountable {
      facts.append("accountable \(RoleNames.text([role], among: operators))")
    }
    if !step.covers.isEmpty { facts.append("proves \(step.covers.joined(separator: ", "))") }
    switch step.reversibility {
    case .yes where step.rollback != nil: facts.append("can be rolled back")
    case .yes: break
    case .until(let span): facts.append("reversible for \(DurationText.format(span))")
    case .no: facts.append("NOT reversible")
    }
    return facts.isEmpty ? [] : [StyledText(facts.joined(separator: "; "), .dim)]
  }

  private static func commands(
    _ step: Step,
    _ state: StepState,
    _ run: RunModel,
    _ context: ConsoleContext
  ) -> [StyledText] {
    let actions: [PlannedAction]
    if case .running(let attempt)? = run.state.rollback?[step.id]?.state {
      actions = attempt.actions
    } else if case .running(let attempt) = state {
      actions = attempt.actions
    } else if let recorded = run.recordedActions(of: step.id) {
      actions = recorded
    } else {
      switch context.preview.commands(of: step, in: run.state) {
      case .success(let planned): actions = planned.actions
      case .failure(let refusal):
        return ["", StyledText("command: \(refusal.reason)", .dim)]
      }
    }
    guard !actions.isEmpty else { return [] }
    return ["", StyledText("exact command", .heading)]
      + actions.flatMap { action in
        [StyledText(CommandText.render(action.argv), .accent)]
          + (action.standardInput.map { [StyledText("  standard input: \($0)", .dim)] } ?? [])
      }
  }

  private static func evidence(_ files: [EvidenceReference]) -> [StyledText] {
    guard !files.isEmpty else { return [] }
    return ["", StyledText("evidence: v opens it", .accent)]
      + files.map {
        StyledText("\($0.blob.digest.short)  \($0.name), \($0.blob.length) bytes", .dim)
      }
  }
}

extension RunModel {
  /// The commands of the latest attempt of a step, as the record announces them.
  func recordedActions(of step: StepID) -> [PlannedAction]? {
    for entry in entries.reversed() {
      switch entry.event {
      case .stepStarted(let started), .compensation(.started(let started)):
        if started.step == step { return started.actions }
      default: continue
      }
    }
    return nil
  }
}

/// Its keys, and what they do.
extension StepScreen {
  static let keys: KeyContext = "step"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "a",
      "enter",
      action: .act,
      command: "act",
      label: "act",
      help: "Do what the step waits for: go ahead, answer, sign off, decide.",
      context: keys,
      isInFooter: true
    ),
    ConsoleKeys.Binding(
      "v",
      action: .showEvidence,
      command: "evidence",
      label: "evidence",
      help: "Open what shows what the step did, or what its sign-off binds.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "n",
      action: .nextWaiting,
      command: "next",
      label: "next",
      help: "Go to the next step that waits for a person.",
      context: keys,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "f",
      action: .follow,
      command: "follow",
      label: "follow",
      help: "Follow the output as it comes, or stay.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "w",
      action: .wrap,
      command: "wrap",
      label: "wrap",
      help: "Wrap long lines, or cut them.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "N",
      action: .note,
      command: "note",
      label: "note",
      help: "Write a remark about the step into the record.",
      context: keys
    ),
    ConsoleKeys.Binding(
      "J",
      action: .show(.journal),
      command: "journal",
      label: "journal",
      help: "Read the record of this run.",
      context: keys,
      isHarmless: true
    ),
  ]

  var filter: TextFilter? {
    get { log.search }
    set { log.search = newValue }
  }

  func crumb(in model: ConsoleModel) -> String { step.name }

  func step(in model: ConsoleModel) -> StepID? { step }

  mutating func setFilter(_ filter: TextFilter?, in model: ConsoleModel) {
    log.search = filter
    if let lines = model.run?.logs[step] { log.find(forward: true, in: lines) }
  }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    guard let lines = model.run?.logs[step] else { return }
    log.move(motion, in: lines, page: Self.outputRows(model))
  }

  /// The rows of the output on this size of screen; wrong by a few does no harm.
  private static func outputRows(_ model: ConsoleModel) -> Int { max(5, model.bodyRows / 3) }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    switch action {
    case .left, .right: log.scroll(toRight: action == .right, columns: model.size.columns)
    case .wrap: log.wraps.toggle()
    case .follow:
      if let lines = model.run?.logs[step] {
        log.toggleFollow(in: lines, page: Self.outputRows(model))
      }
    case .nextWaiting:
      let next = model.nextWaiting(after: step)
      if let position = next.position, let run = model.run {
        self = StepScreen(step: run.runbook.steps[position].id)
      }
      return next.words.map { [.say($0)] } ?? []
    default: return nil
    }
    return []
  }

  func plain(_ model: ConsoleModel) -> [String] {
    guard let run = model.run, let state = run.state[step],
      let step = run.runbook.steps.first(where: { $0.id == self.step })
    else { return [] }
    let told = Self.lines(step, state, run, model.context, glyphs: .ascii).map(\.plain)
    guard let output = run.logs[self.step] else { return told }
    return told + ["", "output"] + output.numbers.compactMap { output[$0] }
  }
}
