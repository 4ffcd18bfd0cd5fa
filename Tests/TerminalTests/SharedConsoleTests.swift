import Foundation
import Glibc
import TestSupport
import Testing

/// Consoles of several Unix accounts on one runner, in real terminals.
@Suite("Consoles of several accounts", .serialized)
struct SharedConsoleTests {
  private func open(
    _ place: SharedPlace,
    _ account: Account,
    _ arguments: [String]
  ) throws -> TmuxSession {
    try TmuxSession(
      columns: 110,
      rows: 30,
      environment: ["MAILCONSOLE_STATE": place.state],
      arguments: account.words + [place.console.path] + arguments
    )
  }

  private func place() throws -> SharedPlace {
    let place = try SharedPlace()
    try SmallSite.add(
      runbook: "agree",
      "Agree",
      to: place.folder,
      """
      steps:
        - id: task
          title: Do it
          manual: do it
        - id: agree
          title: Agree
          needs: [task]
          approve: {of: [E3], statement: It may be done.}

      """
    )
    return place
  }

  @Test(
    "a member watches, a name alone gives no orders, and the drive goes from account to account",
    .enabled(if: Account.isPossible, "root and setpriv(1) are needed to be other accounts"),
    .timeLimit(.minutes(1))
  )
  func together() throws {
    let place = try place()
    let options = SmallSite.options(in: place.folder)
    let driver = try open(place, SharedPlace.tomas, ["run", "agree", "--as", "tomas"] + options)
    try driver.wait(for: "Your turn: press a")
    let run = try place.run()
    #expect(try place.misfits() == [])

    let impostor = try open(place, SharedPlace.sofia, ["attach", run, "--as", "tomas"] + options)
    try impostor.wait("the run") { $0[0].contains("tomas drives") }
    try impostor.press("p")
    try impostor.wait(for: "the name alone gives no orders")
    try impostor.press("q")
    #expect(try impostor.waitForExit() == 0)
    // The name's own console still drives: its namesake took nothing along.
    let watcher = try open(place, SharedPlace.sofia, ["attach", run, "--as", "sofia"] + options)
    try watcher.wait(for: "tomas drives, you watch")
    try driver.press("o")
    try watcher.wait(for: "tomas offers you the drive")
    try watcher.press("t")
    try driver.wait(for: "sofia drives, you watch")
    try watcher.press("p")
    try driver.wait(for: "PAUSED by sofia")
    for console in [driver, watcher] {
      try console.press("q")
      #expect(try console.waitForExit() == 0)
    }
    #expect(try place.misfits() == [])
    let verdict = try place.console.run(["verify", run], by: SharedPlace.sofia)
    #expect(verdict.status == 0, "\(verdict.output)")
    let log = try String(
      contentsOfFile: "\(place.console.runs)/\(run)/runner.log",
      encoding: .utf8
    )
    #expect(log.contains("tomas came by account 2002"), "\(log)")
  }
}
