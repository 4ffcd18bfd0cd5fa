import Foundation
import TestSupport
import Testing

/// `mailconsole new site` by the keys alone.
@Suite("A site is asked for") struct NewSiteTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func session(_ more: String...) throws -> ConsoleSession {
    try ConsoleSession(
      columns: 110,
      rows: 60,
      state: folder,
      ["new", "site", folder.path + "/lab"] + more
    )
  }

  /// Waits for the sign of a question and answers it.
  private func answer(_ console: ConsoleSession, _ sign: String, _ text: String) throws {
    try console.tmux.wait("the question \(sign)") { screen in
      screen.last { !$0.isEmpty }.map { $0 == "\(sign)>" } ?? false
    }
    if !text.isEmpty { try console.tmux.burst("-l", text) }
    try console.tmux.wait("the answer \(text)") { screen in
      screen.last { !$0.isEmpty }.map { $0 == (text.isEmpty ? "\(sign)>" : "\(sign)> \(text)") }
        ?? false
    }
    try console.tmux.burst("Enter")
  }

  @Test(
    "each answer is judged at once, what nobody holds is told, and the files are shown before they are written",
    .timeLimit(.minutes(1))
  )
  func asked() throws {
    let console = try session("--stage", "lab", "--node", "mail-node", "--scenario")
    try answer(console, "name", "")
    try answer(console, "domain", "example")
    try console.tmux.wait(for: "`example` is not a domain name")
    try answer(console, "domain", "example.test")
    try console.tmux.wait(for: "Enter alone: mail.example.test")
    try answer(console, "mail-host", "")
    try answer(console, "address", "")
    try console.tmux.wait(for: "A site cannot be without it.")
    try answer(console, "address", "198.51.100.25")
    try answer(console, "address", "")
    for sign in ["namespace", "workload", "via-outside", "via-node"] {
      try answer(console, sign, "")
    }
    try console.tmux.wait(for: "Nobody holds yet:")
    try answer(console, "operator", "erin E1,E2,E3,E4,E5")
    try answer(console, "operator", "quinn=E6,SO")
    try console.tmux.wait(for: "Every role of the plan has a holder.")
    try answer(console, "operator", "")
    try console.tmux.wait(for: "name: lab")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/lab"))
    try answer(console, "yes or no", "yes")
    #expect(try console.tmux.waitForExit() == 0)
    #expect(try console.console.run("lint", folder.path + "/lab").status == 0)
  }

  @Test(
    "who says no, or goes, has made nothing",
    .timeLimit(.minutes(1)),
    arguments: [true, false]
  )
  func left(says: Bool) throws {
    let answers = [
      "--domain", "example.test", "--address", "198.51.100.25", "--operator", "erin=E1", "--node",
      "n",
      "--name", "lab", "--mail-host", "mx.example.test", "--namespace", "mail", "--stage", "lab",
      "--workload", "daemonset/mail", "--via-outside", "ssh h", "--via-node", "ssh n", "--scenario",
    ]
    let console = try ConsoleSession(
      columns: 110,
      rows: 60,
      state: folder,
      ["new", "site", folder.path + "/lab"] + answers
    )
    if says {
      try answer(console, "yes or no", "no")
    } else {
      try console.tmux.wait(for: "yes or no>")
      try console.tmux.burst("C-d")
    }
    #expect(try console.tmux.waitForExit() == 1)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.contains { $0.contains("lab") || $0.hasPrefix(".new-site") })
  }
}
