import Foundation
import Glibc
import TestSupport
import Testing

/// An outcome that nobody knows, settled by two people of a site whose confirmations are signed.
@Suite(.serialized) struct SignedSettlementTests {
  @Test(
    "an unattended run confirms with the second person's key, and waits where it has none",
    arguments: [true, false]
  )
  func answers(hasKey: Bool) throws {
    let agent = try SSHAgent()
    let folder = try TemporaryFolder()
    try SmallSite.write(to: folder)
    let signers = try ["tomas", "sofia"].map { "\($0) \(try agent.addKey($0))\n" }.joined()
    try folder.write(signers, to: "site/allowed_signers")
    try SmallSite.add(
      runbook: "lost",
      "Something that is lost",
      to: folder,
      """
      steps:
        - id: act
          title: The step
          run: [/bin/sh, -c, "echo ran >> \(folder.path)/ledger; while [ ! -e \(folder.path)/go ]; do sleep 0.05; done"]
          risk: change
          reversible: no
          timeout: 1m

      """
    )
    let killed = try KilledRun(
      "lost",
      in: folder,
      answers:
        "steps:\n  act: {on_unknown: mark_done, by: tomas, confirmed_by: sofia, reason: seen}\n",
      variables: ["SSH_AUTH_SOCK": agent.socket],
      until: "the command"
    ) { FileManager.default.fileExists(atPath: folder.path + "/ledger") }
    let (child, supervisor) = try killed.command(of: "act")
    kill(supervisor, SIGKILL)
    kill(child, SIGKILL)
    killed.killRunner()
    if !hasKey {
      try agent.removeKey("sofia")
      try agent.addKey("somebody")
    }
    let result = try killed.takeOver()
    let decided = try killed.timeline().lines.filter { $0.type == "decision.made" }
    if hasKey {
      #expect(result.status == 0, "\(result.output)\(result.errors)")
      #expect(decided.first?.text.contains("signed with the key SHA256:") == true)
      let verdict = try killed.console.run("verify", try killed.run()).output
      #expect(verdict.contains("signatures that hold: 1"), "\(verdict)")
    } else {
      #expect(result.status == 3, "\(result.output)\(result.errors)")
      #expect(result.errors.contains("sofia signs with SHA256:"), "\(result.errors)")
      #expect(decided.isEmpty)
    }
    try killed.verify()
  }
}
