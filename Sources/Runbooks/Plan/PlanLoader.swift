/// Reads the plan and notes everything that is wrong with it at once.
///
/// What it gives is sound in itself: every id stands once, what is named is there, no ticket waits
/// for itself. Whether the checks and runbooks it names exist is for ``PlanLint``.
public enum PlanLoader {
  /// The name of the plan's file in a library of runbooks.
  public static let file = "plan.yaml"

  /// Reads the plan of a library; nil: it has none.
  public static func read(library directory: String) -> Reading<Plan>? {
    let path = directory + (directory.hasSuffix("/") ? "" : "/") + file
    return FileReading.exists(path) ? read(path: path) : nil
  }

  /// Reads a file.
  public static func read(path: String) -> Reading<Plan> {
    settled(SiteLoader.read(path: path) { reader in reader.plan() })
  }

  /// Reads a text as if it stood at a path.
  public static func read(text: String, path: String) -> Reading<Plan> {
    let source = SourceText(file: path, bytes: Array(text.utf8))
    return settled(SiteLoader.read(source) { reader in reader.plan() })
  }

  /// The JSON Schema (2020-12) of the plan, as the text of `plan.schema.json`.
  public static var schema: String { PlanFields.schemaText }

  private static func settled(_ reading: Reading<Plan>) -> Reading<Plan> {
    guard let plan = reading.value else { return reading }
    return Reading(plan, problems: reading.problems + PlanNames(plan).problems)
  }
}

extension Reader {
  fileprivate mutating func plan() -> Plan? {
    typealias Keys = PlanFields
    guard let fields = fields(of: document.root, in: Keys.table) else { return nil }
    _ = value(RunbookFields.apiVersion, in: fields)
    _ = value(Keys.kind, in: fields)
    let title = value(Keys.title, in: fields)
    let roles = value(Keys.roles, in: fields)
    let waves = value(Keys.waves, in: fields)
    let exit = value(Keys.exit, in: fields)
    guard let title, let roles, let waves, let exit else { return nil }
    return Plan(
      title: title,
      roles: roles.map { PlanRole(role: Role($0.name), title: $0.value) },
      waves: waves,
      exit: exit,
      position: position(fields.node.mark)
    )
  }
}

/// What the plan says of its own names: each stands once, and each that is meant is there.
private struct PlanNames {
  let plan: Plan
  private(set) var problems: [RunbookProblem] = []

  init(_ plan: Plan) {
    self.plan = plan
    checkIDs()
    checkWaves()
    checkRoles()
    checkReferences()
    checkCircles()
  }

  private mutating func note(_ message: String, fix: String, at position: SourcePosition) {
    problems.append(RunbookProblem(message, fix: fix, at: position))
  }

  private mutating func checkIDs() {
    var first: [PlanID: SourcePosition] = [:]
    let all =
      plan.tasks.map { ($0.id, $0.position) } + plan.tickets.map { ($0.id, $0.position) }
      + plan.exit.map { ($0.id, $0.position) }
    for (id, position) in all {
      if let other = first[id] {
        note(
          "the id `\(id)` is already taken on line \(other.line)",
          fix: "Give one of the two another id.",
          at: position
        )
      } else {
        first[id] = position
      }
    }
  }

  private mutating func checkWaves() {
    var last = -1
    for wave in plan.waves {
      if wave.number <= last {
        note(
          "wave \(wave.number) stands after wave \(last)",
          fix: "Number the waves upwards, each once.",
          at: wave.position
        )
      }
      last = wave.number
      let done = Set(wave.tickets.compactMap(\.task?.id))
      for task in wave.tasks where !done.contains(task.id) {
        note(
          "no ticket does the task `\(task.id)`",
          fix: "Write `task: \(task.id)` at a ticket of its wave.",
          at: task.position
        )
      }
      let tasks = wave.tasks.map(\.id.name)
      for ticket in wave.tickets {
        guard let task = ticket.task, !tasks.contains(task.id.name) else { continue }
        note(
          "wave \(wave.number) has no task `\(task.id)`",
          fix: Spelling.hint(
            for: task.id.name,
            among: tasks,
            else: "Its tasks are \(tasks.joined(separator: ", "))."
          ),
          at: task.position
        )
      }
    }
  }

  private mutating func checkRoles() {
    let known = Set(plan.roles.map(\.role))
    func missing(_ roles: [Role]) -> [Role] { roles.filter { !known.contains($0) } }
    func used(_ proof: [Proof]) -> [Role] {
      proof.compactMap { if case .signed(let role, _) = $0.evidence { role } else { nil } }
    }
    var found: [(Role, SourcePosition)] = []
    for task in plan.tasks {
      found += missing([task.owner] + task.consulted).map { ($0, task.position) }
    }
    for ticket in plan.tickets {
      let raci = [ticket.owner, ticket.accountable] + ticket.consulted + ticket.informed
      found += missing(raci + used(ticket.proof)).map { ($0, ticket.position) }
    }
    for criterion in plan.exit {
      found += missing(used(criterion.proof)).map { ($0, criterion.position) }
    }
    for (role, position) in found {
      let names = plan.roles.map(\.role.name)
      note(
        "the plan has no role `\(role)`",
        fix: "Known are \(names.joined(separator: ", ")); new ones are declared under `roles`.",
        at: position
      )
    }
  }

  private mutating func checkReferences() {
    let tickets = plan.tickets.map(\.id.name)
    let known = Set(tickets)
    for reference in plan.tickets.flatMap(\.needs) + plan.exit.flatMap(\.tickets)
    where !known.contains(reference.id.name) {
      note(
        "there is no ticket `\(reference.id)`",
        fix: Spelling.hint(
          for: reference.id.name,
          among: tickets,
          else: "Name a ticket of the plan."
        ),
        at: reference.position
      )
    }
  }

  /// Notes each circle once, at the ticket of it that stands first.
  private mutating func checkCircles() {
    let needs = Dictionary(
      plan.tickets.map { ($0.id, $0.needs.map(\.id)) },
      uniquingKeysWith: { first, _ in first }
    )
    var settled: Set<PlanID> = []
    for ticket in plan.tickets {
      guard let circle = Self.circle(from: ticket.id, needs, &settled, way: []) else { continue }
      note(
        "tickets wait for each other: \(circle.map(\.name).joined(separator: " → "))",
        fix: "Take one of them out of `needs`.",
        at: plan.tickets.first { circle.contains($0.id) }?.position ?? ticket.position
      )
    }
  }

  private static func circle(
    from id: PlanID,
    _ needs: [PlanID: [PlanID]],
    _ settled: inout Set<PlanID>,
    way: [PlanID]
  ) -> [PlanID]? {
    if let start = way.firstIndex(of: id) { return Array(way[start...]) + [id] }
    guard settled.insert(id).inserted else { return nil }
    for next in needs[id] ?? [] {
      if let found = circle(from: next, needs, &settled, way: way + [id]) { return found }
    }
    return nil
  }
}
