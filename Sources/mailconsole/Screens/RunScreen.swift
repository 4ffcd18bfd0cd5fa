internal import Runbooks
internal import TUI

/// A run: its steps as a graph, and what to do next.
struct RunScreen: Sendable {
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

  func draw(_ model: ConsoleModel, _ run: RunModel, in rect: Rect, on frame: inout Frame) {
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
      RunbookDrift(of: $0, in: model.shelf.lazy.map(\.runbook))
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
    if let wait = run.state.lockWait {
      lines.insert(StyledText("The run \(wait.sentence).", .warning), at: 0)
    }
    if let drift, run.state.ended == nil {
      lines.insert(StyledText(drift.words, .warning), at: 0)
    }
    if let stopped = run.stopped { lines = [StyledText(stopped, .bad)] }
    if case .ended(let outcome, let summary) = run.state.status {
      lines.append(StyledText("The run is over: \(outcome.rawValue). \(summary)", .strong))
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

extension String {
  /// The text with blanks up to a width, and at least one.
  func padding(to columns: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, columns - CellWidth.columns(of: self)))
  }
}
