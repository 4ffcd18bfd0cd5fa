import Foundation
import TUI
import TestSupport
import Testing

@testable import Runbooks
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
    let signers = try ["marek", "sofia", "tomas"].map { "\($0) \(try agent.addKey($0))\n" }.joined()
    try folder.write(signers, to: "site/allowed_signers")

    let whole = try console.run("run", "queue-triage", "--site", site, "--answers", answers)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.output.contains("sofia signed off with the key SHA256:"))
    let sound = try console.run("verify", "--all")
    #expect(
      sound.status == 0 && sound.output.contains("signatures that hold: 2"),
      "\(sound.output)"
    )

    // The heads are kept elsewhere as well: of what was signed off, and of the end.
    var text = try String(contentsOfFile: site + "/site.yaml", encoding: .utf8)
    text += "\nwitnesses: {file: \(folder.path)/heads}\n"
    try folder.write(text, to: "site/site.yaml")
    let kept = try console.run("run", "queue-triage", "--site", site, "--answers", answers)
    #expect(kept.status == 0, "\(kept.errors)")
    let heads = try console.run("verify", "--all", "--site", site)
    #expect(heads.status == 0, "\(heads.output)")
    #expect(heads.output.contains(", signed by sofia\n"), "\(heads.output)")
    let last = heads.output.split(separator: "\n").last { $0.hasPrefix("  head: ") }
    #expect(last?.hasSuffix(", signed by tomas") == true, "\(heads.output)")

    try agent.removeKey("sofia")
    let waiting = try console.run("run", "queue-triage", "--site", site, "--answers", answers)
    #expect(waiting.status == 2)
    #expect(waiting.errors.contains("sofia signs with SHA256:"), "\(waiting.errors)")
    #expect(!waiting.output.contains("sofia signed off"))
  }

  @Test("a sign-off is shown as text, signed elsewhere, and a damaged or foreign one is refused")
  func elsewhere() throws {
    let agent = try SSHAgent()
    let folder = agent.folder
    let here = ConsoleBinary(state: folder.path + "/state", variables: ["SSH_AUTH_SOCK": ""])
    let there = ConsoleBinary(
      state: folder.path + "/other",
      variables: ["SSH_AUTH_SOCK": agent.socket]
    )
    let site = folder.path + "/site"
    try FileManager.default.copyItem(atPath: here.root + "/sites/tabletop", toPath: site)
    let answers = site + "/answers/queue-triage.yaml"
    let signers = try ["marek", "sofia"].map { "\($0) \(try agent.addKey($0))\n" }.joined()
    try folder.write(signers, to: "site/allowed_signers")

    // No agent here: the run waits for its first sign-off.
    let waiting = try here.run("run", "queue-triage", "--site", site, "--answers", answers)
    #expect(waiting.status == 2, "\(waiting.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/state/runs")
    let run = try #require(names.first)
    let asked = try here.run(
      "challenge",
      run,
      "approve-delete",
      "--by",
      "sofia",
      "--comment",
      "read ten",
      "--typed",
      "alice@example.test"
    )
    #expect(asked.status == 0, "\(asked.errors)")
    let code = try #require(asked.errors.firstMatch(of: /challenge ([0-9A-Z]{4}-[0-9A-Z]{4});/))
    try folder.write(asked.output, to: "text")
    let text = folder.path + "/text"

    let wrong = try there.run("sign", text, "--challenge", "0000-0000")
    #expect(wrong.status == 1 && wrong.output.isEmpty, "\(wrong.errors)")
    let several = try there.run("sign", text, "--challenge", String(code.1).lowercased())
    #expect(several.status == 64 && several.errors.contains("Name one with --key"))
    let key = try #require(several.errors.firstMatch(of: /(SHA256:\S+) sofia/))
    let signed = try there.run("sign", text, "--challenge", String(code.1), "--key", String(key.1))
    #expect(signed.status == 0 && signed.output.contains("BEGIN SSH SIGNATURE"), "\(signed.errors)")

    try folder.write(signed.output.replacing("read ten", with: "read all"), to: "changed")
    let changed = try here.run("submit", run, folder.path + "/changed")
    #expect(changed.status != 0 && !changed.output.contains("recorded"))
    try folder.write(signed.output, to: "signed")
    let unattended = try here.run("submit", run, folder.path + "/signed")
    #expect(unattended.status == 75 && unattended.errors.contains("No runner performs"))
    #expect(try here.run("submit", run, text).status == 64, "not signed")
    #expect(try here.run("submit", run, "/nowhere").status == 66)
    #expect(try here.run("challenge", run, "look", "--by", "sofia").status == 64)
    #expect(try here.run("challenge", run, "approve-delete", "--by", "wen").status == 64)
  }

  @Test("in the console a sign-off is shown to be signed elsewhere, and pasted back")
  func pasted() throws {
    var script = ConsoleScript.atSignOff(signOffs: .sshSignatures)
    script.press("a", "enter")
    script.type("Read ten.")
    script.press("enter")
    script.type("o'neil@example.test")
    script.press("enter", "space", "space", "space", "enter")
    #expect(script.sent.isEmpty)
    #expect(script.shows("Challenge:"))
    let state = try #require(script.model.run?.state)
    let seen = try #require(script.model.run?.head)
    let document = try #require(
      state.signOffDocument(
        of: "agree",
        by: "sofia",
        .approve,
        comment: "Read ten.",
        typed: "o'neil@example.test",
        seen: seen
      )
    )
    let agent = try SSHAgent()
    try agent.addKey("sofia")
    let armor = try agent.sign(document.bytes, "sofia", namespace: "mailconsole")
    script.paste(document.text + armor.replacing("BEGIN SSH", with: "begin"))
    #expect(!script.isAsking)
    script.paste(document.text + armor)
    #expect(script.shows("Hand in what sofia signed?"))
    #expect(script.shows(document.challenge))
    script.press("tab", "enter")
    guard case .approve("agree", "Read ten.", _, _, let signature?)? = script.sent.last?.command
    else {
      Issue.record("\(script.sent)")
      return
    }
    #expect(signature.armored == armor)
    #expect(script.sent.last?.by == "sofia")
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
