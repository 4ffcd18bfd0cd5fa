internal import ArgumentParser
internal import Runbooks

/// `mailconsole golive`
struct GoLiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "golive",
    abstract: "Show where the plan stands: tickets, proofs, signatures, exit criteria.",
    discussion: """
      It reads the records of the runs on the site and the last results of the checks, and looks at nothing \
      anew: `mailconsole checks` does. A run counts for 90 days, the result of a check for one. `golive` is \
      a view; what it shows is proved by `mailconsole verify --all`.

      Exit status: 0 every ticket is done and every exit criterion met; 1 not yet; 65 the plan has errors; \
      66 there is no plan.
      """
  )

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: ArgumentHelp("live or tabletop.", discussion: "Default: as the site has it."))
  var world: World?

  @OptionGroup var site: SiteOptions
  @OptionGroup var library: LibraryOptions

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let workplace = try Workplace.open(site, library, world: world)
      let board = try PlanReading.board(at: workplace)
      if json {
        Output.raw(JSONText.encode(PlanDocument(board)))
      } else {
        Output.lines(
          PlanText.lines(
            board,
            among: workplace.site.operators.map { RunOperator($0) }
          )
          .joined(separator: "\n")
        )
      }
      return board.isComplete ? .done : .findings
    }
  }
}

/// The board as `--json` shows it.
struct PlanDocument: Encodable {
  struct Proof: Encodable {
    let proof: String
    /// holds, old, fails, undetermined, missing or unproved.
    let standing: String
    let at: String?
  }

  struct Ticket: Encodable {
    let ticket: String
    let title: String
    let wave: Int
    let owner: String
    let accountable: String
    /// done, open, old, ready or blocked.
    let state: String
    let run: String?
    let blockedBy: [String]
    let signedBy: [String]
    let proofs: [Proof]
  }

  struct Criterion: Encodable {
    let criterion: String
    let title: String
    let isMet: Bool
    let proofs: [Proof]
  }

  let read: String
  let criticalPath: [String]
  let tickets: [Ticket]
  let exitCriteria: [Criterion]

  init(_ board: PlanBoard) {
    read = board.read.description
    criticalPath = board.criticalPath.map(\.name)
    tickets = board.rows.map(Ticket.init)
    exitCriteria = board.exit.map { exit in
      Criterion(
        criterion: exit.criterion.id.name,
        title: exit.criterion.title,
        isMet: exit.isMet,
        proofs: exit.findings.map(Proof.init)
      )
    }
  }
}

extension PlanDocument.Proof {
  fileprivate init(_ finding: PlanBoard.Finding) {
    proof = PlanText.name(finding.proof)
    (standing, at) =
      switch finding.standing {
      case .holds(let moment): ("holds", moment.description)
      case .old(let moment): ("old", moment.description)
      case .fails(.undetermined, let moment): ("undetermined", moment.description)
      case .fails(_, let moment): ("fails", moment.description)
      case .missing: ("missing", nil)
      case .unproved: ("unproved", nil)
      }
  }
}

extension PlanDocument.Ticket {
  fileprivate init(_ row: PlanBoard.Row) {
    let stand: (state: String, run: PlanRun?, before: [PlanID]) =
      switch row.progress {
      case .done(let run): ("done", run, [])
      case .open(let run): ("open", run, [])
      case .old(let run): ("old", run, [])
      case .ready: ("ready", nil, [])
      case .blocked(let before): ("blocked", nil, before)
      }
    ticket = row.ticket.id.name
    title = row.ticket.title
    wave = row.wave
    owner = row.ticket.owner.name
    accountable = row.ticket.accountable.name
    state = stand.state
    run = stand.run?.run.name
    blockedBy = stand.before.map(\.name)
    signedBy = stand.run?.signatures.map(\.by) ?? []
    proofs = row.findings.map(PlanDocument.Proof.init)
  }
}
