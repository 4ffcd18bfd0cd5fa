@testable import Runbooks

/// docs/coverage.md: every line of the plan, and the steps and checks that prove it.
enum CoveragePage {
  /// The page as the plan and the library have it.
  static func text(of plan: Plan, _ coverage: PlanCoverage) -> String {
    let open = plan.tickets.filter { !coverage.missing(of: $0).isEmpty }.count
    let openCriteria = plan.exit.filter { !coverage.missing(of: $0).isEmpty }.count
    var text = """
      # What proves the plan
      Made from `runbooks/plan.yaml` and the runbooks by `UPDATE_GOLDEN=1 swift test --filter TicketsCommandTests`.
      *Proved by* is what the plan asks for: a check (`mailconsole checks ID`), a runbook or a step of one, a signed statement.
      *Later* is what nothing that is shipped proves yet: \(open) of \(plan.tickets.count) tickets and \(openCriteria) of \
      \(plan.exit.count) exit criteria have some of it. *Steps* are all that name the line under `covers`.

      ## Exit criteria

      | criterion | proved by | later | steps |
      |---|---|---|---|

      """
    for criterion in plan.exit { text += row(criterion, coverage) }
    for wave in plan.waves {
      text += "\n## \(wave.name.cell)\n\n| line | proved by | later | steps |\n|---|---|---|---|\n"
      for task in wave.tasks {
        let tickets = wave.tickets.filter { $0.task?.id == task.id }.map(\.id.name)
        text +=
          "| **\(task.id)** \(task.title.cell) | \(tickets.joined(separator: ", ")) | | "
          + "\(steps(task.id, coverage)) |\n"
        for ticket in wave.tickets where ticket.task?.id == task.id {
          text += row(ticket, coverage)
        }
      }
      for ticket in wave.tickets where ticket.task == nil { text += row(ticket, coverage) }
    }
    return text
  }

  private static func row(_ item: some PlanItem, _ coverage: PlanCoverage) -> String {
    let proofs = item.proof.filter { coverage.missing($0, of: item.id) == nil }.map(words)
    let missing = coverage.missing(of: item).map(\.cell)
    let cells = [
      "\(item.id) \(item.title.cell)", proofs.joined(separator: "; "),
      missing.joined(separator: "; "), steps(item.id, coverage),
    ]
    return "| " + cells.joined(separator: " | ") + " |\n"
  }

  private static func words(_ proof: Proof) -> String {
    switch proof.evidence {
    case .check(let id): "check `\(id)`"
    case .runbook(let id, let step): step.map { "step `\(id)/\($0)`" } ?? "runbook `\(id)`"
    case .exercise(let id): "exercise `\(id)`"
    case .signed(let role, _): "signed by \(role)"
    case .later: "later"
    }
  }

  private static func steps(_ id: PlanID, _ coverage: PlanCoverage) -> String {
    coverage.steps(for: id).map { "`\($0.runbook)/\($0.step)`" }.joined(separator: ", ")
  }
}
