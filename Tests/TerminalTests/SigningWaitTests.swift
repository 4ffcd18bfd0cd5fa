import Foundation
import Glibc
import TestSupport
import Testing

/// A key that waits for a touch which does not come: the console goes on and can leave it.
@Suite("Waiting for a key", .serialized)
struct SigningWaitTests {
  private let agent: SSHAgent
  private let console: ConsoleSession

  /// `ssh-keygen` as it is with a hardware key nobody touches; its processes are written down.
  private static let neverTouched = """
    #!/bin/sh
    case "$*" in *"-Y sign"*) ;; *) exec /usr/bin/ssh-keygen "$@" ;; esac
    echo "Confirm user presence for key ED25519-SK" >&2
    sleep 1000 &
    echo $$ $! > "$0.started"
    wait

    """

  init() throws {
    let agent = try SSHAgent()
    self.agent = agent
    let folder = agent.folder
    try SmallSite.write(to: folder)
    let signers = try ["tomas", "sofia"].map { "\($0) \(try agent.addKey($0))\n" }.joined()
    try folder.write(signers, to: "site/allowed_signers")
    try SmallSite.add(
      runbook: "agree",
      "Agree",
      to: folder,
      "steps:\n  - id: agree\n    title: Agree\n    approve: {of: [E4, E3], statement: It may be done.}\n"
    )
    let program = try folder.write(Self.neverTouched, to: "bin/ssh-keygen")
    chmod(program, 0o755)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    console = try ConsoleSession(
      columns: 110,
      environment: ["PATH": folder.path + "/bin:" + path, "SSH_AUTH_SOCK": agent.socket],
      ["run", "agree", "--as", "tomas"] + SmallSite.options(in: folder)
    )
  }

  /// Signs as sofia; the processes that wait for the touch.
  private func sign() throws -> [Int32] {
    let note = agent.folder.path + "/bin/ssh-keygen.started"
    try? FileManager.default.removeItem(atPath: note)
    try console.signOff("agree", as: "sofia", "fine")
    try console.tmux.wait(for: "Touch your key if it blinks: sofia, SHA256:")
    var found: [Int32] = []
    try Waiting.until("the key's program") {
      let text = FileManager.default.contents(atPath: note).map {
        String(decoding: $0, as: UTF8.self)
      }
      found = (text ?? "").split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
      return found.count == 2
    }
    return found
  }

  private func waitForEnd(of processes: [Int32]) throws {
    try Waiting.until("the end of the key's program") { !processes.contains(where: lives) }
  }

  /// Whether a process lives; one that has ended may wait for whoever adopted it.
  private func lives(_ process: Int32) -> Bool {
    guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else {
      return false
    }
    let state = String(decoding: data, as: UTF8.self).split(separator: ")").last?.first {
      $0 != " "
    }
    return state != nil && state != "Z" && state != "X"
  }

  @Test(
    "esc leaves the signing alone, and q leaves nothing behind",
    .timeLimit(.minutes(1))
  )
  func left() throws {
    let first = try sign()
    try console.tmux.wait("the clock") { $0.contains { $0.contains("1s, esc leaves it") } }
    try console.tmux.press("Escape")
    try console.tmux.wait(for: "Signing was left: nothing was signed and nothing was sent.")
    try waitForEnd(of: first)

    let second = try sign()
    try console.tmux.press("C-c")
    try console.tmux.wait(for: "Signing was left")
    try waitForEnd(of: second)

    let third = try sign()
    #expect(try console.leave() == 0)
    #expect(!third.contains(where: lives), "it outlived the console")
    #expect(!(try console.timeline().lines.map(\.type).contains("approval.given")))
    try console.verify()
  }
}
