import Foundation
import Testing

@testable import Runbooks

/// What checks found last, and since when.
@Suite struct CheckHistoryTests {
  private func finding(_ verdict: CheckVerdict, at seconds: Int) -> CheckFinding {
    CheckFinding(
      check: CheckID("queue-size"),
      verdict: verdict,
      summary: "\(seconds)",
      at: Moment(seconds: seconds),
      milliseconds: 3
    )
  }

  @Test("the first of a row of equal verdicts is its since; another verdict is a change")
  func since() throws {
    var history = CheckHistory()
    let changes = [
      history.take(finding(.pass, at: 100)), history.take(finding(.pass, at: 200)),
      history.take(finding(.fail, at: 300)), history.take(finding(.fail, at: 400)),
    ]
    #expect(changes == [false, false, true, false])
    let entry = try #require(history.entries[CheckID("queue-size")])
    #expect(entry.since == Moment(seconds: 300))
    #expect(entry.at == Moment(seconds: 400))
    #expect(entry.before == .pass)
    let isChange = history.take(finding(.undetermined, at: 500))
    #expect(isChange)
  }

  @Test("verdicts are ordered by what they ask of whoever is on call")
  func order() {
    #expect(CheckVerdict.allCases.sorted() == [.pass, .warn, .undetermined, .fail])
  }

  @Test("what is kept is read again; damaged, foreign or missing it is as if nothing was kept")
  func store() throws {
    let state = FileManager.default.temporaryDirectory.path + "/checks-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: state,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    defer { try? FileManager.default.removeItem(atPath: state) }
    let store = CheckStore(state: state, site: "lab", world: .live)
    #expect(store.load().entries.isEmpty)
    var history = CheckHistory()
    history.take(finding(.warn, at: 100))
    try store.save(history)
    #expect(store.load() == history)
    #expect(CheckStore(state: state, site: "lab", world: .tabletop).load().entries.isEmpty)
    let path = state + "/checks/lab-live.json"
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: state + "/checks") == ["lab-live.json"]
    )
    let whole = try Data(contentsOf: URL(filePath: path))
    for length in stride(from: 0, to: whole.count, by: 7) {
      try whole.prefix(length).write(to: URL(filePath: path))
      #expect(store.load().entries.isEmpty)
    }
    try Data(#"{"version":1,"entries":[]}"#.utf8).write(to: URL(filePath: path))
    #expect(store.load().entries.isEmpty)
    try store.save(history)
    #expect(store.load() == history)
  }
}
