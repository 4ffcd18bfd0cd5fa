/// Sorts the steps of a runbook and finds what is unsound about their graph.
struct GraphCheck {
  private let runbook: Runbook
  private(set) var steps: [StepID: Step] = [:]
  private(set) var problems: [RunbookProblem] = []
  private var renamed: [StepID: StepID] = [:]

  init(_ runbook: Runbook) {
    self.runbook = runbook
    collect()
    for step in runbook.steps { checkNeeds(of: step) }
    for step in runbook.steps { checkBody(of: step) }
  }

  // MARK: Names

  private mutating func collect() {
    for step in runbook.steps {
      if let other = steps[step.id] {
        note(
          "the id `\(step.id)` is already taken on line \(other.position.line)",
          fix: "Give one of the two another id.",
          at: step.position
        )
      } else {
        steps[step.id] = step
      }
    }
    for step in runbook.steps {
      for former in step.formerIDs {
        if steps[former] != nil || renamed[former] != nil {
          note(
            "the former id `\(former)` of `\(step.id)` belongs to another step",
            fix: "Remove it from `was`.",
            at: step.position
          )
        } else {
          renamed[former] = step.id
        }
      }
    }
  }

  private mutating func find(_ id: StepID, as place: String, at position: SourcePosition) {
    guard steps[id] == nil else { return }
    let fix =
      renamed[id].map { "It is called `\($0)` now." }
      ?? Spelling.hint(
        for: id.name,
        among: steps.keys.map(\.name),
        else: "Give the id of a step of this runbook."
      )
    note("\(place) the unknown step `\(id)`", fix: fix, at: position)
  }

  // MARK: Rules

  private mutating func checkNeeds(of step: Step) {
    var seen: [StepID: Need] = [:]
    for need in step.needs {
      find(need.step, as: "`\(step.id)` needs", at: need.position)
      if let other = seen[need.step] {
        let isContradiction = Set([other.on, need.on]) == [.succeeded, .failed]
        note(
          isContradiction
            ? "`\(step.id)` can never run: `\(need.step)` cannot both succeed and fail"
            : "`\(step.id)` needs `\(need.step)` twice",
          fix: "Keep one of the two.",
          at: need.position
        )
      }
      seen[need.step] = need
      if need.on == .failed, let other = steps[need.step] {
        if case .note = other.body {
          note(
            "`\(step.id)` can never run: the note `\(need.step)` cannot fail",
            fix: "Need another step.",
            at: need.position
          )
        } else if other.onFailure == .abort || other.onFailure == .rollback {
          note(
            "`\(step.id)` can never run: a failure of `\(need.step)` ends the run",
            fix: "Write `on_failure: continue` there.",
            at: need.position
          )
        }
      }
    }
  }

  private mutating func checkBody(of step: Step) {
    switch step.body {
    case .approve(let approval):
      for id in approval.evidence { find(id, as: "`evidence` names", at: step.position) }
      for id in approval.notPerformersOf { find(id, as: "`not` names", at: step.position) }
      if case .rewind(to: let id) = approval.onReject {
        find(id, as: "`rewind` names", at: step.position)
      }
    case .gate(let gate):
      for id in gate.requires { find(id, as: "`requires` names", at: step.position) }
    case .check, .operation, .command, .manual, .ask, .wait, .runbook, .note: break
    }
  }

  // MARK: Order

  /// The steps, each after all it needs; notes every cycle met on the way.
  ///
  /// A walk in depth over the needs, in the order of the file, without
  /// recursion: a runbook may be one long chain.
  mutating func sort() -> [StepID] {
    enum Visit { case open, done }
    var order: [StepID] = []
    var visits: [StepID: Visit] = [:]
    for root in runbook.steps.map(\.id) where visits[root] == nil {
      var path: [(id: StepID, next: Int)] = [(root, 0)]
      visits[root] = .open
      while let (id, next) = path.last {
        let needs = steps[id]?.needs ?? []
        guard next < needs.count else {
          visits[id] = .done
          order.append(id)
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let need = needs[next]
        guard steps[need.step] != nil else { continue }
        switch visits[need.step] {
        case .done: continue
        case .open:
          let start = path.firstIndex { $0.id == need.step } ?? 0
          noteCycle(path[start...].map(\.id), at: need)
        case nil:
          visits[need.step] = .open
          path.append((need.step, 0))
        }
      }
    }
    return order
  }

  private mutating func noteCycle(_ ids: [StepID], at need: Need) {
    let shown = ids.count > 8 ? Array(ids.prefix(4)) + [StepID("…")] + ids.suffix(3) : ids
    let names = (shown + [need.step]).map(\.name).joined(separator: " → ")
    note(
      ids.count == 1
        ? "`\(need.step)` needs itself" : "these steps wait for each other: \(names)",
      fix: "Remove one of the needs.",
      at: need.position
    )
  }

  private mutating func note(_ message: String, fix: String, at position: SourcePosition) {
    problems.append(RunbookProblem(message, fix: fix, at: position))
  }
}
