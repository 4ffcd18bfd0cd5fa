import Foundation
import Testing

@testable import Runbooks

/// What is kept of checks from one look to the next.
@Suite struct CheckStoreTests {
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/check-store-" + UUID().uuidString
    init() throws {
      try FileManager.default.createDirectory(
        atPath: path,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private let folder: Folder
  private let store: CheckStore

  init() throws {
    folder = try Folder()
    store = CheckStore(state: folder.path, site: "lab", world: .live)
  }

  private func card(_ id: String) -> CheckCard {
    CheckCard(
      id: CheckID(id),
      title: id,
      group: "queue",
      remedy: "Mend it.",
      reads: "postfix.queue"
    )
  }

  private func finding(_ id: String, at seconds: Int, lines: Int = 3) -> CheckFinding {
    CheckFinding(
      check: CheckID(id),
      verdict: .fail,
      summary: "bad",
      at: Moment(seconds: seconds),
      milliseconds: 3,
      inputs: ["sender": "alice@example.test"],
      values: ["total": .integer(5), "ids": .list((0..<lines).map { .string("id \($0)") })],
      evidence: [
        Evidence(
          name: "queue",
          mediaType: "text/plain",
          bytes: [UInt8](repeating: 0x61, count: lines * 100)
        )
      ]
    )
  }

  @Test("findings are kept with what is said of the checks, and with all that was read")
  func keeps() throws {
    let found = finding("size", at: 100)
    try store.keep([found], cards: [card("size"), card("age")])
    let history = store.load()
    #expect(history.cards.map(\.id.name) == ["size", "age"])
    #expect(history.entries[CheckID("size")]?.inputs == ["sender": "alice@example.test"])
    let evidence = try #require(store.evidence(of: CheckID("size"), at: found.at))
    #expect(evidence.values["total"] == .integer(5))
    #expect(evidence.pieces.first?.text.count == 300)
    // That of another moment is not what the result was found by.
    #expect(store.evidence(of: CheckID("size"), at: Moment(seconds: 101)) == nil)
    #expect(store.evidence(of: CheckID("age"), at: found.at) == nil)
  }

  @Test("results of checks that are no more go; those that were not looked at stay")
  func prunes() throws {
    try store.keep(
      [finding("size", at: 100), finding("age", at: 100)],
      cards: [card("size"), card("age")]
    )
    try store.keep([finding("age", at: 200)], cards: [card("age"), card("new")])
    #expect(store.load().entries.keys.map(\.name) == ["age"])
    try store.keep([finding("new", at: 300)], cards: [card("age"), card("new")])
    #expect(store.load().entries.keys.map(\.name).sorted() == ["age", "new"])
  }

  @Test("a result from the future is as if it was never found, and the others stay")
  func future() throws {
    try store.keep(
      [finding("size", at: 100), finding("age", at: 5_000)],
      cards: [card("size"), card("age")]
    )
    let early = store.load(at: Moment(seconds: 1_000))
    #expect(early.entries.keys.map(\.name) == ["size"])
    #expect(early.cards.count == 2)
    #expect(store.load(at: Moment(seconds: 5_000)).entries.count == 2)
  }

  @Test("what another site kept under this name is as if nothing was kept")
  func foreign() throws {
    let other = CheckStore(state: folder.path, site: "other", world: .live)
    try other.keep([finding("size", at: 100)], cards: [card("size")])
    let checks = folder.path + "/checks/"
    try FileManager.default.moveItem(
      atPath: checks + "other-live.json",
      toPath: checks + "lab-live.json"
    )
    #expect(store.load() == CheckHistory())
  }

  @Test("an older finding does not take the place of a later one")
  func order() {
    var history = CheckHistory()
    history.take(finding("size", at: 200))
    let changed = history.take(finding("size", at: 100))
    #expect(!changed)
    #expect(history.entries[CheckID("size")]?.at == Moment(seconds: 200))
  }

  @Test("of much that was read the beginning is kept, and how much was left out")
  func large() throws {
    let found = finding("size", at: 100, lines: 3_000)
    try store.keep([found], cards: [card("size")])
    let evidence = try #require(store.evidence(of: CheckID("size"), at: found.at))
    #expect(evidence.pieces.first?.omitted == 300_000 - CheckEvidence.most)
    guard case .list(let ids)? = evidence.values["ids"] else {
      Issue.record("no list")
      return
    }
    #expect(ids.last == .string("and 2500 more"))
  }
}
