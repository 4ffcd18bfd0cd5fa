/// The tickets of a plan as a file that other programs import, or that people read.
public enum TicketFormat: String, Sendable, CaseIterable {
  /// Jira's CSV: waves are epics, tickets are tasks of them.
  case jira
  /// Linear's CSV, as Linear exports it and as its importer reads it.
  case linear
  /// A table for each wave.
  case markdown
}

extension Plan {
  /// The tickets as the text of a file.
  public func tickets(as format: TicketFormat) -> String {
    switch format {
    case .jira: CSVText.text(jiraRecords)
    case .linear: CSVText.text(linearRecords)
    case .markdown: markdown
    }
  }
}

extension PlanTicket {
  /// What stands in the description of a ticket wherever it is imported, in paragraphs and lists.
  ///
  /// - Parameters:
  ///   - bullet: how an item of a list begins, e.g. `* `.
  ///   - task: the task that the ticket does.
  func description(bullet: String, task: PlanTask?) -> String {
    var paragraphs: [String] = []
    if let task { paragraphs.append("Task \(task.id): \(task.title). \(task.work ?? "")") }
    paragraphs.append("From: \(inputs)\nTo: \(outputs)")
    paragraphs.append(
      "Acceptance criteria:\n" + acceptance.map { bullet + $0 }.joined(separator: "\n")
    )
    if !needs.isEmpty {
      paragraphs.append("Depends on: \(needs.map(\.id.name).joined(separator: ", "))")
    }
    var raci = "Responsible: \(owner). Accountable: \(accountable)."
    if !consulted.isEmpty { raci += " Consulted: \(consulted.names)." }
    if !informed.isEmpty { raci += " Informed: \(informed.names)." }
    paragraphs.append(raci)
    if let correction { paragraphs.append("The plan said: \(correction.was)") }
    return paragraphs.map { $0.trimmed }.joined(separator: "\n\n")
  }
}

extension Plan {
  /// The task that a ticket does.
  fileprivate func task(of ticket: PlanTicket) -> PlanTask? {
    ticket.task.flatMap { reference in tasks.first { $0.id == reference.id } }
  }

  // MARK: Jira

  /// Jira's import of CSV: the columns Summary, Issue Type, Issue ID and Parent (epics first, a
  /// child names its parent's Issue ID); a column that has several values stands as often as the
  /// most of them; headings have no punctuation. `Blocks` is mapped to `Link "Blocks"`: the ticket
  /// of the row blocks the one whose Issue ID it names.
  /// (Atlassian Support, "Import data from a CSV file", "CSV import parent-child mapping".)
  fileprivate var jiraRecords: [[String]] {
    var numbers: [PlanID: Int] = [:]
    for (index, ticket) in tickets.enumerated() { numbers[ticket.id] = waves.count + index + 1 }
    var blocked: [PlanID: [Int]] = [:]
    for ticket in tickets {
      for need in ticket.needs { blocked[need.id, default: []] += [numbers[ticket.id] ?? 0] }
    }
    let links = blocked.values.map(\.count).max() ?? 0
    let labels = 2
    func record(_ fields: [String], _ names: [String], _ blocks: [Int] = []) -> [String] {
      let padding = Array(repeating: "", count: labels - names.count)
      let rest = Array(repeating: "", count: links - blocks.count)
      return fields + names + padding + blocks.map(String.init) + rest
    }
    let heads = ["Issue Type", "Issue ID", "Parent", "Summary", "Description", "Assignee"]
    var records = [
      heads + Array(repeating: "Labels", count: labels) + Array(repeating: "Blocks", count: links)
    ]
    for (index, wave) in waves.enumerated() {
      let about = wave.tasks.map { "\($0.id) \($0.title): \($0.done)" }.joined(separator: "\n")
      records.append(
        record(["Epic", "\(index + 1)", "", wave.name, about, ""], ["wave-\(wave.number)"])
      )
    }
    for (index, wave) in waves.enumerated() {
      for ticket in wave.tickets {
        records.append(
          record(
            [
              "Task", "\(numbers[ticket.id] ?? 0)", "\(index + 1)", ticket.headline,
              ticket.description(bullet: "* ", task: task(of: ticket)), ticket.owner.name,
            ],
            ["wave-\(wave.number)"] + (ticket.task.map { [$0.id.name] } ?? []),
            blocked[ticket.id] ?? []
          )
        )
      }
    }
    return records
  }

  // MARK: Linear

  /// The columns of Linear's own export, all of which its importer expects to be there
  /// (linear/linear, packages/import, LinearCsvImporter). It has none for what blocks what, so that
  /// stands in the description. Labels are parted by a comma and begin with a capital.
  private static let linearColumns = [
    "Id", "Team", "Title", "Description", "Status", "Estimate", "Priority", "Project", "Creator",
    "Assignee", "Labels", "Cycle Number", "Cycle Name", "Cycle Start", "Cycle End", "Created",
    "Updated", "Started", "Completed", "Canceled", "Archived",
  ]

  fileprivate var linearRecords: [[String]] {
    var records = [Self.linearColumns]
    for wave in waves {
      for ticket in wave.tickets {
        let values = [
          "Id": ticket.id.name, "Title": ticket.headline,
          "Description": ticket.description(bullet: "- [ ] ", task: task(of: ticket)),
          "Status": "Backlog", "Priority": "No priority", "Project": title,
          "Assignee": ticket.owner.name,
          "Labels": (["Wave \(wave.number)"] + (ticket.task.map { [$0.id.name] } ?? []))
            .joined(separator: ", "),
        ]
        records.append(Self.linearColumns.map { values[$0] ?? "" })
      }
    }
    return records
  }

  // MARK: Markdown

  fileprivate var markdown: String {
    var text = "# \(title.cell)\n"
    for wave in waves {
      text += "\n## \(wave.name.cell)\n\n"
      text += "| ticket | task | what | does it | signs it | after | accepted when |\n"
      text += "|---|---|---|---|---|---|---|\n"
      for ticket in wave.tickets {
        let cells = [
          ticket.id.name, ticket.task?.id.name ?? "", ticket.title, ticket.owner.name,
          ticket.accountable.name, ticket.needs.map(\.id.name).joined(separator: ", "),
          ticket.acceptance.joined(separator: " "),
        ]
        text += "| " + cells.map(\.cell).joined(separator: " | ") + " |\n"
      }
    }
    text += "\n## Exit criteria\n\n| criterion | what | by | holds when |\n|---|---|---|---|\n"
    for criterion in exit {
      let cells = [
        criterion.id.name, criterion.title,
        criterion.tickets.map(\.id.name).joined(separator: ", "),
        criterion.acceptance.joined(separator: " "),
      ]
      text += "| " + cells.map(\.cell).joined(separator: " | ") + " |\n"
    }
    return text
  }
}

extension PlanTicket {
  /// What the ticket is called in a list, e.g. `MS-1 Postfix configuration`.
  fileprivate var headline: String { "\(id) \(title)" }
}

extension [Role] {
  fileprivate var names: String { map(\.name).joined(separator: ", ") }
}

extension String {
  /// One cell of a Markdown table: one line, without what ends a cell or begins HTML, and without
  /// control characters.
  var cell: String {
    var clean = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      clean.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return String(clean).trimmed.replacing("\\", with: "\\\\").replacing("|", with: "\\|")
      .replacing("<", with: "&lt;")
  }

  fileprivate var trimmed: String {
    var rest = self[...]
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    return String(rest)
  }
}
