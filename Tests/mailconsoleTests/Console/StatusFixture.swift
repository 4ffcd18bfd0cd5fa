import Runbooks
import TUI

@testable import mailconsole

/// Checks and what they found, on a night when much is wrong.
enum StatusFixture {
  static func card(
    _ id: String,
    _ title: String,
    runbook: String? = nil,
    explains: [String] = [],
    vantage: String? = "pod"
  ) -> CheckCard {
    CheckCard(
      id: CheckID(id),
      title: title,
      group: "queue",
      remedy: "Hold the messages of that sender, then close the account.",
      runbook: runbook.map { RunbookID($0) },
      explains: explains.map { CheckID($0) },
      reads: "postfix.queue",
      vantage: vantage
    )
  }

  static let cards = [
    card("sender", "No account sends spam", runbook: "wave-9-practice", explains: ["size"]),
    card("size", "The queue is short", runbook: "drill"),
    card("lists", "We are on no list", vantage: "outside"),
    card("manifests", "The cluster runs what is written", runbook: "drill", vantage: nil),
    card("ptr", "Address and name agree", vantage: "outside"),
    card("age", "No message waits for hours"), card("ready", "The node is ready", vantage: nil),
    card("fresh", "A check nobody has made yet"),
  ]

  static func finding(
    _ id: String,
    _ verdict: CheckVerdict,
    _ summary: String,
    minutesAgo: Int = 1,
    advice: String? = nil,
    inputs: [String: String] = [:]
  ) -> CheckFinding {
    CheckFinding(
      check: CheckID(id),
      verdict: verdict,
      summary: summary,
      advice: advice,
      at: Drill.start.advanced(by: .seconds(-60 * minutesAgo)),
      milliseconds: 1_200,
      inputs: inputs
    )
  }

  static let findings = [
    finding(
      "sender",
      .fail,
      "5000 messages, 3000 from alice@example.test (`result.compromised_count == 0` does not hold)",
      minutesAgo: 14,
      advice: "Hold the messages of that sender, then close the account.",
      inputs: ["ticket": "alice@example.test", "other": "x"]
    ),
    finding(
      "size",
      .fail,
      "5000 messages (`result.total < 500` does not hold)",
      minutesAgo: 12
    ),
    finding(
      "lists",
      .fail,
      "203.0.113.10 is listed by zen (`count(result.listed) == 0` does not hold)",
      minutesAgo: 2,
      advice: "Find out why before asking to be taken off."
    ),
    finding("manifests", .warn, "2 of 5 objects are other than written", minutesAgo: 2_900),
    finding(
      "ptr",
      .undetermined,
      "outside does not answer: ssh timed out",
      advice: "See whether the probe host is up."
    ),
    finding("age", .pass, "the oldest message waits 3 min", minutesAgo: 3),
    finding("ready", .pass, "mail-node is ready", minutesAgo: 7),
  ]

  /// Nothing was ever looked at.
  static var never: StatusBoard {
    var board = StatusBoard()
    board.take(CheckHistory(cards: cards))
    return board
  }

  /// Three fail, one of them because of another; one warns, one cannot be seen, one was never seen.
  static var night: StatusBoard {
    var board = never
    for finding in findings { board.take(finding) }
    return board
  }

  /// All hold.
  static var well: StatusBoard {
    var board = never
    for (index, card) in cards.enumerated() {
      board.take(finding(card.id.name, .pass, "it holds", minutesAgo: 20 - index))
    }
    return board
  }

  static func listing(
    _ runbook: Runbook,
    _ run: String,
    _ status: RunStatus,
    driver: String? = nil,
    isDriven: Bool = false
  ) -> RunListing {
    RunListing(
      run: RunID(run),
      runbook: runbook.id,
      world: .tabletop,
      site: "tabletop",
      started: Drill.start,
      status: status,
      isDriven: isDriven,
      driver: driver,
      last: Drill.start.advanced(by: .seconds(-240)),
      operators: Drill.site.operators.map { RunOperator(name: $0.name, roles: $0.roles) }
    )
  }

  static func waiting(for role: String, _ kind: WaitingItem.Kind = .approval) -> RunStatus {
    .waiting([WaitingItem(step: "agree", kind: kind, roles: [Role(role)], what: "Agree to delete")])
  }

  /// A run that waits for tomas, one that waits for sofia, one under way.
  static var shelf: [ShelfEntry] {
    let drill = Drill.runbook()
    return [
      ShelfEntry(runbook: Drill.wave),
      ShelfEntry(
        runbook: drill,
        standing: .run(listing(drill, "drill-20261122T0310-aaaa", waiting(for: "E4"))),
        unfinished: [
          listing(drill, "drill-20261122T0309-bbbb", waiting(for: "E3")),
          listing(drill, "drill-20261122T0308-cccc", .running, driver: "sofia", isDriven: true),
        ]
      ),
    ]
  }

  static func script(
    _ board: StatusBoard,
    shelf: [ShelfEntry] = shelf,
    columns: Int = 80,
    rows: Int = 24
  ) -> ConsoleScript {
    ConsoleScript(columns: columns, rows: rows, shelf: shelf, status: board, home: StatusScreen())
  }
}

extension ScreenGoldenTests {
  static let statusPictures: [Picture] = [
    Picture("status-reading") { StatusFixture.script(StatusBoard(), shelf: []) },
    Picture("status-never") { StatusFixture.script(StatusFixture.never, shelf: []) },
    Picture("status-wrong") { StatusFixture.script(StatusFixture.night) },
    Picture("status-explained", { StatusFixture.script(StatusFixture.night) }, "j"),
    Picture(
      "status-unknown",
      { StatusFixture.script(StatusFixture.night) },
      "/",
      "p",
      "t",
      "r",
      "enter"
    ),
    Picture(
      "status-waiting",
      { StatusFixture.script(StatusFixture.night) },
      "/",
      "d",
      "r",
      "i",
      "l",
      "l",
      "-",
      "enter"
    ),
    Picture("status-well") { StatusFixture.script(StatusFixture.well, shelf: []) },
    Picture("status-looking") {
      var script = StatusFixture.script(StatusFixture.night)
      script.press("r")
      _ = script.model.update(.checks(.began(StatusFixture.cards)))
      for finding in StatusFixture.findings.prefix(3) {
        _ = script.model.update(.checks(.found(finding)))
      }
      return script
    },
    Picture("status-unusable") {
      var script = StatusFixture.script(StatusFixture.night)
      _ = script.model.update(
        .checks(.unusable("/share/runbooks/checks/mx.yaml:7:7: error: unknown key `pas`. Mend it."))
      )
      return script
    },
    Picture("status-run-open") {
      var script = StatusFixture.script(StatusFixture.night)
      script.openRun()
      script.press("S")
      return script
    },
    Picture("form-start-filled", { StatusFixture.script(StatusFixture.night) }, "enter"),
    Picture("status-hostile") {
      var board = StatusFixture.never
      board.take(StatusFixture.finding("sender", .fail, Hostile.long, advice: Hostile.text))
      return StatusFixture.script(board, shelf: [])
    },
  ]
}
