import Foundation
import TUI
import TestSupport
import Testing

@testable import mailconsole

/// Signed sign-offs as the command line has them.
@Suite struct SignedSignOffTests {
  @Test("a run signs with the agent, waits where it cannot, and verify checks the signatures")
  func commandLine() throws {
    let agent = try SSHAgent()
    let folder = agent.folder
    let console = ConsoleBinary(
      state: folder.path + "/state",
      variables: ["SSH_AUTH_SOCK": agent.socket]
    )
    let site = folder.path + "/site"
    try FileManager.default.copyItem(atPath: console.root + "/sites/tabletop", toPath: site)
    let answers = site + "/answers/queue-triage.yaml"
    let signers = try ["marek", "sofia"].map { "\($0) \(try agent.addKey($0))\n" }.joined()
    try folder.write(signers, to: "site/allowed_signers")

    let whole = try console.run("run", "queue-triage", "--site", site, "--answers", answers)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.output.contains("sofia signed off with the key SHA256:"))
    let sound = try console.run("verify", "--all")
    #expect(
      sound.status == 0 && sound.output.contains("signatures that hold: 2"),
      "\(sound.output)"
    )

    try agent.removeKey("sofia")
    let waiting = try console.run("run", "queue-triage", "--site", site, "--answers", answers)
    #expect(waiting.status == 2)
    #expect(waiting.errors.contains("sofia signs with SHA256:"), "\(waiting.errors)")
    #expect(!waiting.output.contains("sofia signed off"))
  }

  @Test("the dialog says which key signs, or why none can")
  func dialog() {
    var dialog = FormDialog(
      .abort,
      introduction: ["text", SigningKeys.looking],
      form: .init(title: "", fields: [])
    )
    dialog.tell(
      SigningKeys(
        holders: [.init(name: "bo", fingerprint: "SHA256:abc", comment: "bo@home")],
        problem: nil
      )
    )
    #expect(dialog.introduction.map(\.plain) == ["text", "bo signs with SHA256:abc (bo@home)"])
    dialog.tell(SigningKeys(holders: [], problem: "No agent."))
    #expect(dialog.introduction.count == 2, "what was said once stays")
    #expect(SigningKeys(holders: [], problem: "No agent.").lines.map(\.plain) == ["No agent."])
  }
}
