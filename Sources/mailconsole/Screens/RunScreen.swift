internal import Runbooks
internal import TUI

/// A run: its steps as a graph, and what to do next.
struct RunScreen: ConsoleScreen {
  var list = ListState()
  /// Whether the pointer goes along with the run; off once it is moved by hand.
  var isFollowing = true
  var filter: TextFilter?

  /// The positions of the steps shown.
  func rows(of run: RunModel) -> [Int] {
    guard let matches = filter?.matcher() else { return Array(run.runbook.steps.indices) }
    return run.runbook.steps.indices.filter {
      matches("\(run.runbook.steps[$0].id) \(run.runbook.steps[$0].title)")
    }
  }

  /// The step under the pointer.
  func selected(in run: RunModel) -> StepID? {
    let rows = rows(of: run)
    return list.selected(count: rows.count).map { run.runbook.steps[rows[$0]].id }
  }

  /// Moves the pointer to where the run is, if it follows.
  mutating func follow(_ run: RunModel, page: Int) {
    guard isFollowing, filter == nil, let focus = run.focus else { return }
    list.move(.to(focus), count: run.runbook.steps.count, page: page)
  }

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    guard let run = model.run else { return }
    let (details, graph) = rect.splitBottom(min(7, rect.rows / 3))
    let rows = rows(of: run)
    let glyphs = frame.glyphs
    let steps = run.state.steps
    let numbers = String(steps.count).count
    let nodes = rows.map { index -> GraphNode in
      let (step, state) = steps[index]
      let turn = run.turn(at: step.id, for: model.context.operatorName)
      let sign = StepSign(step, run, turn, glyphs: glyphs)
      return GraphNode(
        sign: .init(sign.sign, sign.style),
        label: Self.label(step, state, sign, number: index + 1, digits: numbers)
      )
    }
    GraphView(
      nodes: nodes,
      layout: filter == nil ? run.layout : GraphLayout(needs: rows.map { _ in [] }),
      state: list
    )
    .draw(in: graph, on: &frame)
    let drift = run.state.created.flatMap {
      RunbookDrift(of: $0, in: model.shelf.lazy.compactMap(\.runbook))
    }
    let visible = list.visible(count: rows.count, rows: graph.rows)
    let seen = Set(rows[visible])
    let hidden = run.runbook.steps.indices.filter {
      !seen.contains($0) && run.state.ended == nil && run.needsPerson(run.runbook.steps[$0].id)
    }
    drawDetails(model, run, drift, hidden: hidden, in: details, on: &frame)
  }

  private static func label(
    _ step: Step,
    _ state: StepState,
    _ sign: StepSign,
    number: Int,
    digits: Int
  ) -> StyledText {
    let text = String(number)
    let padded = String(repeating: " ", count: digits - text.count) + text
    var label: StyledText = [
      .init(padded + " ", .dim),
      .init(sign.word.padding(to: 11), sign.style),
      .init(step.title, state.isSkipped || state == .pending ? .dim : .normal),
    ]
    if let result = state.result, result.durationMilliseconds >= 100 {
      label.append("  " + SpanText.short(milliseconds: result.durationMilliseconds), .dim)
    }
    return label
  }

  /// - Parameter hidden: steps that wait for a person and are not to be seen in the list.
  private func drawDetails(
    _ model: ConsoleModel,
    _ run: RunModel,
    _ drift: RunbookDrift?,
    hidden: [Int],
    in rect: Rect,
    on frame: inout Frame
  ) {
    guard rect.rows > 1, let id = selected(in: run), let state = run.state[id],
      let step = run.runbook.steps.first(where: { $0.id == id })
    else { return }
    let strayed = !isFollowing && run.state.ended == nil && run.focus != nil
    var title: StyledText = [.init(id.name, .heading)]
    if strayed { title.append("  f follows the run", .dim) }
    frame.horizontalRule(in: rect, title: title)
    let body = rect.splitTop(1).rest.inset(columns: 2)
    let turn = run.turn(at: id, for: model.context.operatorName)
    var lines = StepSummary.lines(of: step, state, run, turn)
    if let signing = run.signingWords(at: id) { lines.insert(signing, at: 0) }
    if let first = hidden.first {
      let more = hidden.count > 1 ? " and \(hidden.count - 1) more" : ""
      lines.insert(
        StyledText(
          "Out of sight: step \(first + 1), \(run.runbook.steps[first].id)\(more), "
            + "waits for a person; n goes there.",
          .waiting
        ),
        at: 0
      )
    }
    if let point = PointOfNoReturn(in: run.state) {
      lines.append(StyledText(point.words(in: run.state), .warning))
    }
    let guardrails = GuardrailSign.lines(of: run.state)
    // What holds the whole run is to be read in full; the step has a screen of its own.
    lines = run.state.trippedGuardrails.isEmpty ? guardrails + lines : guardrails
    if let wait = run.state.lockWait {
      lines.insert(StyledText("The run \(wait.sentence).", .warning), at: 0)
    }
    if let drift, run.state.ended == nil {
      lines.insert(StyledText(drift.words, .warning), at: 0)
    }
    if let stopped = run.stopped { lines = [StyledText(stopped, .bad)] }
    if case .ended(let outcome, let summary) = run.state.status {
      let up = run.place.map { "; u leads up to \($0)" } ?? ""
      lines.append(StyledText("The run is over: \(outcome.rawValue). \(summary)\(up)", .strong))
    }
    var row = 0
    for (index, line) in lines.enumerated() where row < body.rows {
      // A long line leaves a row for each that follows.
      let rest = body.splitTop(row).rest
      let room = rest.splitTop(max(1, rest.rows - (lines.count - index - 1))).top
      row += frame.drawWrapped(line.plain, in: room, style: line.spans.first?.style ?? .normal)
    }
  }
}

/// Its keys, and what they do.
extension RunScreen {
  static let keys: KeyContext = "run"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "look",
      help: "Look at the step: purpose, exact command, output, evidence.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "a",
      action: .act,
      command: "act",
      label: "act",
      help: "Do what the selected step waits for: go ahead, answer, sign off, decide.",
      context: keys,
      isInFooter: true
    ),
    ConsoleKeys.Binding(
      "n",
      action: .nextWaiting,
      command: "next",
      label: "next",
      help: "Go to the next step that waits for a person.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "f",
      action: .follow,
      command: "follow",
      label: "follow",
      help: "Let the pointer go along with the run again, or stay.",
      context: keys,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "v",
      action: .showEvidence,
      command: "evidence",
      label: "evidence",
      help: "Open what shows what the selected step did.",
      context: keys,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "p",
      action: .pause,
      command: "pause",
      label: "pause",
      help: "Start no further step, or go on after a pause. What runs finishes.",
      context: keys,
      isInFooter: true
    ),
    ConsoleKeys.Binding(
      "J",
      action: .show(.journal),
      command: "journal",
      label: "journal",
      help: "Read the record of this run.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "w",
      action: .rewind,
      command: "rewind",
      label: "rewind",
      help: "Go back to the selected step; it and all after it are done again.",
      context: keys
    ),
    ConsoleKeys.Binding(
      "N",
      action: .note,
      command: "note",
      label: "note",
      help: "Write a remark into the record.",
      context: keys
    ),
    ConsoleKeys.Binding(
      "o",
      action: .offerDrive,
      command: "offer",
      label: "offer",
      help: "Offer the drive to whoever watches; you drive until it is taken.",
      context: keys
    ),
    ConsoleKeys.Binding(
      "u",
      action: .parent,
      command: "up",
      label: "up",
      help: "Open the run that this one is a part of.",
      context: keys
    ),
    ConsoleKeys.Binding(
      "t",
      action: .takeDrive,
      command: "drive",
      label: "drive",
      help:
        "Take the drive that is offered or that nobody holds; take over a run without a runner.",
      context: keys
    ),
    ConsoleKeys.Binding(
      action: .abort,
      command: "abort",
      label: "abort",
      help: "End the run once what is under way has ended. Asks first.",
      context: keys
    ),
    ConsoleKeys.Binding(
      action: .rollBack,
      command: "rollback",
      label: "rollback",
      help: "Undo what the run did, the last first, and end it. Shows what, and asks first.",
      context: keys
    ),
  ]

  func crumb(in model: ConsoleModel) -> String {
    guard let run = model.run else { return "run" }
    return (run.place.map { $0 + " ▸ " } ?? "") + run.runbook.title
  }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? {
    model.run.map { (rows(of: $0).count, $0.runbook.steps.count) }
  }

  func step(in model: ConsoleModel) -> StepID? { model.run.flatMap { selected(in: $0) } }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    guard let run = model.run else { return }
    isFollowing = false
    list.move(motion, count: rows(of: run).count, page: model.bodyRows)
  }

  mutating func take(_ news: ScreenNews, in model: ConsoleModel) {
    if case .run(let run) = news { follow(run, page: model.bodyRows) }
  }

  mutating func go(to number: Int, in model: ConsoleModel) -> [ScreenRequest]? {
    guard let steps = model.run?.runbook.steps else { return nil }
    guard steps.indices.contains(number - 1) else {
      return [.say(StyledText("The run has \(steps.count) steps.", .bad))]
    }
    point(at: number - 1, of: steps.count, in: model)
    return []
  }

  /// Puts the pointer on a step, whatever the filter hid.
  private mutating func point(at position: Int, of count: Int, in model: ConsoleModel) {
    filter = nil
    isFollowing = false
    list.move(.to(position), count: count, page: model.bodyRows)
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    switch action {
    case .open:
      guard let run = model.run, let step = selected(in: run) else { return [] }
      if let nested = run.state.nestedRun(of: step) { return [.changeRun(nested)] }
      let output = run.unseenOutput(of: step).map { [ConsoleEffect.readOutput($0)] } ?? []
      // Who signed and what was decided stands in the record alone.
      let record = run.state[step]?.hasEnded == true ? model.readRecord() : []
      return [.push(StepScreen(step: step))] + (output + record).map { .effect($0) }
    case .nextWaiting:
      let next = model.nextWaiting(after: step(in: model))
      if let position = next.position, let run = model.run {
        point(at: position, of: run.runbook.steps.count, in: model)
      }
      return next.words.map { [.say($0)] } ?? []
    case .follow:
      isFollowing.toggle()
      if isFollowing { filter = nil }
      if let run = model.run { follow(run, page: model.bodyRows) }
      let words =
        isFollowing
        ? "The pointer goes along with the run." : "The pointer stays; f follows the run again."
      return [.say(StyledText(words, .dim))]
    default: return nil
    }
  }

  func plain(_ model: ConsoleModel) -> [String] {
    guard let run = model.run else { return [] }
    let steps = run.state.steps
    let guardrails = GuardrailSign.fact(of: run.state, glyphs: .ascii).map { "  \($0.plain)" } ?? ""
    return ["\(run.id)  \(run.progress)  \(run.runbook.title)\(guardrails)"]
      + GuardrailSign.lines(of: run.state).map(\.plain) + [""]
      + rows(of: run).flatMap { index -> [String] in
        let (step, state) = steps[index]
        let turn = run.turn(at: step.id, for: model.context.operatorName)
        let sign = StepSign(step, run, turn, glyphs: .ascii)
        let line = "\(index + 1)".padding(to: 5) + sign.word.padding(to: 12) + step.title
        guard step.id == self.step(in: model) || run.needsPerson(step.id) else { return [line] }
        let signing = run.signingWords(at: step.id).map { [$0.plain] } ?? []
        let more = signing + StepSummary.lines(of: step, state, run, turn).map(\.plain)
        return [line] + more.filter { !$0.isEmpty }.map { "     " + $0 }
      }
  }
}
