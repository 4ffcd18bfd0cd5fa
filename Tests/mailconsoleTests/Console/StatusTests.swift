import Runbooks
import TUI
import Testing

@testable import mailconsole

/// The first screen: what is wrong, what waits, and what to reach for.
@Suite("The status screen")
struct StatusTests {
  private func list(_ board: StatusBoard) -> StatusList { StatusList(board, [], for: "tomas") }

  private func names(_ list: StatusList, _ section: StatusList.Section) -> [String] {
    list.rows.filter { $0.section == section }.map {
      switch $0.subject {
      case .check(let card, _): card.id.name
      case .run(let run): run.run.name
      }
    }
  }

  @Test("what fails comes first, the longest first, and what it explains stands under it uncounted")
  func order() {
    let list = list(StatusFixture.night)
    #expect(names(list, .wrong) == ["sender", "size", "lists"])
    #expect(list.rows[1].cause == CheckID("sender"))
    #expect(list.count(.wrong) == 2)
    #expect(names(list, .warn) == ["manifests"])
    #expect(names(list, .unknown) == ["ptr"])
    #expect(names(list, .unlooked) == ["fresh"])
    #expect(StatusText.counts(list).plain == "2 wrong 1 warn 2 ok 2 unknown")
  }

  @Test("what holds is listed by when it was proved, the longest ago first")
  func proved() {
    #expect(names(list(StatusFixture.night), .well) == ["ready", "age"])
    let script = StatusFixture.script(StatusFixture.well, shelf: [])
    #expect(script.shows("Nothing is wrong: all 8 checks hold."))
    guard case .check(let card, _)? = list(StatusFixture.well).rows.first?.subject else { return }
    #expect(card.id.name == "sender")
  }

  @Test("what was never looked at is unknown, and nothing is said to be well")
  func never() {
    let list = list(StatusFixture.never)
    #expect(list.unknown == StatusFixture.cards.count)
    #expect(list.count(.well) == 0)
    let script = StatusFixture.script(StatusFixture.never, shelf: [])
    #expect(script.shows("nothing is known"))
    #expect(!script.shows("Nothing is wrong"))
  }

  @Test("checks that explain each other are told once, and a chain ends at its first cause")
  func causes() {
    let ids = ["a", "b", "c"].map { CheckID($0) }
    let chain = CheckCauses.first(
      of: Set(ids),
      among: [ids[0]: [ids[1]], ids[1]: [ids[2]], ids[2]: []]
    )
    #expect(chain == [ids[1]: ids[0], ids[2]: ids[0]])
    let circle = CheckCauses.first(
      of: Set(ids),
      among: [ids[0]: [ids[1]], ids[1]: [ids[2]], ids[2]: [ids[0]]]
    )
    #expect(circle == [ids[1]: ids[0], ids[2]: ids[0]])
    #expect(CheckCauses.first(of: Set(ids), among: [ids[0]: [ids[0]]]).isEmpty)
    // What passes explains nothing and hands nothing on.
    #expect(CheckCauses.first(of: [ids[2]], among: [ids[0]: [ids[1]]]).isEmpty)
  }

  @Test(
    "a run waits for whom it means",
    arguments: [
      (StatusFixture.waiting(for: "E4"), nil, StatusList.Section.yours),
      (StatusFixture.waiting(for: "E3"), nil, .others),
      (StatusFixture.waiting(for: "E4", .release), "sofia", .others),
      (StatusFixture.waiting(for: "E4", .approval), "sofia", .yours),
      (StatusFixture.waiting(for: "E4", .release), "tomas", .yours), (.running, nil, .yours),
      (.running, "sofia", .underWay), (.paused(by: "sofia", reason: "x"), nil, .underWay),
    ]
  )
  func waits(status: RunStatus, driver: String?, section: StatusList.Section) {
    let run = StatusFixture.listing(
      Drill.runbook(),
      "drill-1",
      status,
      driver: driver,
      isDriven: driver != nil
    )
    #expect(StatusList.section(of: run, for: "tomas") == section)
  }

  @Test("enter on a failing check asks to start its runbook, with the inputs it knows filled in")
  func reach() throws {
    var script = StatusFixture.script(
      StatusFixture.night,
      shelf: [
        ShelfEntry(runbook: Drill.wave), ShelfEntry(runbook: Drill.runbook()),
      ]
    )
    #expect(script.shows("enter starts it with ticket alice@example.test"))
    script.press("enter")
    guard case .form(let dialog)? = script.model.overlay else {
      Issue.record("\(script.model.notice.plain)")
      return
    }
    #expect(dialog.form.values["ticket"] == "alice@example.test")
    #expect(
      dialog.introduction.contains { $0.plain.contains("Filled in from the check sender: ticket") }
    )
    // Left and asked for again, what the check knows now counts, and not what was typed before.
    script.press("esc")
    var board = script.model.status
    board.take(
      StatusFixture.finding("sender", .fail, "bob", minutesAgo: 0, inputs: ["ticket": "bob"])
    )
    script.model.status = board
    script.press("enter")
    guard case .form(let again)? = script.model.overlay else { return }
    #expect(again.form.values["ticket"] == "bob")
  }

  @Test("what is explained leads to its cause; what needs no runbook shows what was read")
  func elsewhere() {
    var script = StatusFixture.script(StatusFixture.night)
    script.press("j", "enter")
    #expect(script.model.notice.plain.contains("explained by sender"))
    #expect((script.model.screen as? StatusScreen)?.pointed == .check(CheckID("sender")))
    #expect(script.model.overlay == nil)
    script.press("j", "j", "enter")
    guard case .readCheckEvidence(let card, _)? = script.effects.last else {
      Issue.record("\(script.effects)")
      return
    }
    #expect(card.id == CheckID("lists"))
  }

  @Test("enter on a run opens it, and v on a check reads its evidence")
  func runs() {
    var script = StatusFixture.script(StatusFixture.night)
    script.press("v")
    guard case .readCheckEvidence(let card, let entry)? = script.effects.last else {
      Issue.record("\(script.effects)")
      return
    }
    #expect(card.id == CheckID("sender"))
    #expect(entry.verdict == .fail)
    script.press("/")
    script.type("0310-aaaa")
    script.press("enter", "enter")
    guard case .look(let run)? = script.effects.last else {
      Issue.record("\(script.effects)")
      return
    }
    #expect(run == RunID("drill-20261122T0310-aaaa"))
  }

  @Test("the pointer stays on what it was put on while rows come and go; untouched it stays first")
  func pointer() {
    var script = StatusFixture.script(StatusFixture.never, shelf: [])
    let selected = { (script: ConsoleScript) -> StatusList.ID? in
      (script.model.screen as? StatusScreen)?.selected(in: script.model)?.id
    }
    #expect(selected(script) == .check(CheckID("age")))
    let before = script.model.place
    _ = script.model.update(.checks(.found(StatusFixture.findings[2])))
    #expect(selected(script) == .check(CheckID("lists")))
    // What enter would act on has changed by itself: a key that was on its way does not act.
    #expect(script.model.place != before)
    script.press("j")
    let mine = selected(script)
    for finding in StatusFixture.findings { _ = script.model.update(.checks(.found(finding))) }
    #expect(selected(script) == mine)
  }

  @Test("r looks at everything once; rows say that they are looked at until they were")
  func looking() {
    var script = StatusFixture.script(StatusFixture.night)
    script.press("r")
    guard case .lookAtChecks? = script.effects.last else {
      Issue.record("\(script.effects)")
      return
    }
    let count = script.effects.count
    script.press("r")
    #expect(script.effects.count == count)
    _ = script.model.update(.checks(.began(StatusFixture.cards)))
    #expect(script.shows("looking: 0 of 8"))
    _ = script.model.update(
      .checks(.found(StatusFixture.finding("sender", .pass, "0 messages", minutesAgo: 0)))
    )
    #expect(script.shows("looking: 1 of 8"))
    // What the sender explained stands for itself now.
    #expect(script.shows("2 wrong 1 warn 3 ok 2 unknown"))
    _ = script.model.update(.checks(.ended(problem: nil)))
    #expect(!script.shows("looking"))
    script.press("r")
    #expect(script.effects.count == count + 1)
  }

  @Test("a look begins by itself when results are older than the interval, and only on this screen")
  func interval() {
    var board = StatusFixture.well
    var script = StatusFixture.script(board, shelf: [])
    #expect(script.model.nextLook == nil)
    board.every = .seconds(300)
    script = StatusFixture.script(board, shelf: [])
    // The oldest is 20 minutes old.
    let due = Drill.start.advanced(by: .seconds(-900))
    #expect(script.model.nextLook == due)
    #expect(script.model.lookIfDue().count == 1)
    #expect(script.model.nextLook == nil)
    _ = script.model.update(.checks(.ended(problem: "the disk is full")))
    #expect(script.model.nextLook == Drill.start.advanced(by: .seconds(300)))
    #expect(script.model.lookIfDue().isEmpty)
    script.model.now = Drill.start.advanced(by: .seconds(300))
    script.press("R")
    #expect(script.model.nextLook == nil)
    #expect(script.model.lookIfDue().isEmpty)
    script.press("S")
    #expect(script.model.lookIfDue().count == 1)
  }

  @Test("checks that cannot be used are said, and what was found last stays to be read")
  func unusable() {
    var script = StatusFixture.script(StatusFixture.night)
    _ = script.model.update(.checks(.unusable("mx.yaml:7:7: error: unknown key")))
    #expect(script.shows("The checks cannot be used"))
    #expect(script.shows("mx.yaml:7:7"))
    #expect(script.shows("alice@example.test"))
  }

  @Test("R and S go between the runbooks and the status, and esc comes back to it")
  func navigation() {
    var script = StatusFixture.script(StatusFixture.night)
    script.press("R")
    #expect(script.model.breadcrumbs == ["status", "runbooks"])
    script.press("X")
    #expect(script.model.breadcrumbs == ["status", "runbooks", "runs"])
    script.press("R")
    #expect(script.model.breadcrumbs == ["status", "runbooks"])
    script.command("status")
    #expect(script.model.breadcrumbs == ["status"])
    script.openRun()
    #expect(script.model.breadcrumbs == ["status", "Fire drill"])
    script.press("esc")
    #expect(script.model.breadcrumbs == ["status"])
  }

  @Test(":text tells all that the screen shows, in whole lines")
  func text() {
    let script = StatusFixture.script(StatusFixture.night)
    let text = script.model.screen.plain(script.model).joined(separator: "\n")
    for words in [
      "2 wrong 1 warn 2 ok 2 unknown", "wrong (2)", "3000 from alice@example.test",
      "Explained by sender", "mailconsole run wave-9-practice --input other=x --input",
      "ticket=alice@example.test", "fresh: never looked", "waits for you (1)",
      "drill-20261122T0310-aaaa", "Waits for E4 (tomas) at agree", "postfix.queue from outside",
      "Hold the messages of that sender",
    ] {
      #expect(text.contains(words), "\(words) is not in:\n\(text)")
    }
  }
}
