import Runbooks
import TUI
import Testing

@testable import mailconsole

/// The first screen has the heads of the runbooks; their texts and where they stand come later, in
/// whichever order.
@Suite("What comes in of the runbooks") struct ShelfEventTests {
  private static let listing = RunListing(
    run: RunID("drill-1"),
    runbook: RunbookID("drill"),
    world: .tabletop,
    site: "tabletop",
    started: Drill.start,
    status: .ended(.completed, summary: "done"),
    isDriven: false
  )
  private static let wave = RunbookHead(Drill.wave)
  private static let drill = RunbookHead(Drill.runbook())
  private static let unread = [
    ShelfEntry(head: wave, standing: .reading), ShelfEntry(head: drill, standing: .reading),
  ]
  private static var stands: [ShelfEntry] {
    [unread[0].standing(by: []), unread[1].standing(by: [listing])]
  }

  @Test("heads alone show title, id, kind and summary")
  func heads() {
    let script = ConsoleScript(shelf: Self.unread)
    #expect(script.shows("wave-9-practice"))
    #expect(script.shows(Drill.wave.title))
    #expect(script.shows("reading…"))
    #expect(script.shows("owner \(Drill.wave.owner); version"))
    #expect(!script.shows("by people"))
  }

  @Test("texts and standings come to the same in either order")
  func order() {
    let events: [ConsoleEvent] = [
      .shelf(Self.stands), .library([Drill.wave, Drill.runbook()], []),
    ]
    for events in [events, events.reversed()] {
      var script = ConsoleScript(shelf: Self.unread)
      for event in events { #expect(script.model.update(event).isEmpty) }
      #expect(script.model.shelf.map(\.runbook) == [Drill.wave, Drill.runbook()])
      #expect(script.model.shelf.map(\.standing) == [.neverRun, .run(Self.listing)])
      #expect(script.shows("by people"))
    }
  }

  @Test(
    "a runbook with errors goes, and a standing that was asked for before does not bring it back"
  )
  func unusable() {
    var script = ConsoleScript(shelf: Self.unread)
    let file = ScreenGoldenTests.unusable
    _ = script.model.update(.library([Drill.runbook()], file))
    #expect(script.shows("cannot be used"))
    _ = script.model.update(.shelf(Self.stands))
    #expect(script.model.shelf.map(\.head.id) == [Self.drill.id])
    #expect(script.model.shelf[0].standing == .run(Self.listing))
  }

  @Test("the pointer stays on its runbook when one above it goes")
  func pointer() {
    var script = ConsoleScript(shelf: Self.unread)
    script.press("j")
    _ = script.model.update(.library([Drill.runbook()], []))
    let screen = script.model.screen as? RunbooksScreen
    #expect(screen?.selected(in: script.model)?.head.id == Self.drill.id)
    _ = script.model.update(.library([Drill.wave, Drill.runbook()], []))
    let later = script.model.screen as? RunbooksScreen
    #expect(later?.selected(in: script.model)?.head.id == Self.drill.id)
  }

  @Test("one that no head told of is asked where it stands")
  func hidden() {
    var script = ConsoleScript(shelf: [Self.unread[0]])
    guard case .readShelf? = script.model.update(.library([Drill.wave, Drill.runbook()], [])).last
    else {
      Issue.record("nobody asks")
      return
    }
  }

  @Test("enter on one that cannot be used says why and opens nothing")
  func refused() {
    var model = ConsoleScript(shelf: Self.unread).model
    _ = model.update(.input(.key("enter")))
    let failure = CommandFailure(.data, "wave-9-practice cannot be used.")
    #expect(model.update(.runbook(Self.drill.id, .failure(failure))).isEmpty)
    #expect(model.wanted?.runbook == Self.wave.id, "another one's failure says nothing of it")
    #expect(model.update(.runbook(Self.wave.id, .failure(failure))).isEmpty)
    #expect(model.wanted?.runbook == nil)
    #expect(model.notice.plain == failure.message)
    #expect(model.overlay == nil)
  }

  @Test("a run that ends asks where its runbook stands, and nothing of the others")
  func ended() {
    var script = ConsoleScript.atTask()
    script.record(.abortRequested(.init(by: "tomas", reason: "enough")), by: "tomas")
    script.record(.runEnded(.init(outcome: .aborted, summary: "enough", at: Drill.start)))
    guard case .readRunbook(RunbookID("drill"))? = script.effects.last else {
      Issue.record("\(script.effects)")
      return
    }
  }
}
