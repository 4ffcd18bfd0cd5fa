internal import Runbooks

/// curl(1) against the simulated IMAP server.
struct IMAPFacet: Facet {
  let programs: Set = ["curl"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    guard command.program.first == "curl", let url = command.program.last, url.hasPrefix("imap")
    else { return nil }
    return scene.imap(command, url)
  }
}

extension Scene {
  fileprivate func imap(_ command: Command, _ url: String) -> Answer {
    let port = url.split(separator: ":").last.map { String($0.prefix { $0.isNumber }) } ?? ""
    guard isOpen(port) else { return Answer(exit: 7, stderr: "curl: (7) Failed to connect\n") }
    let imap = world.state["imap"] ?? .record([:])
    if command.program.contains("--config") {
      // The file of a test account is on the vantage; the scenario says whether it is right.
      guard command.program.contains("-") else {
        let probe = imap["probe"] ?? .record([:])
        return probe.truth("works", true)
          ? facts("* STATUS INBOX (MESSAGES \(probe.int("messages", 0)))\n")
          : Answer(exit: 67, stderr: "curl: (67) Login denied\n")
      }
      // The scenario says who may log in; passwords are for nobody to compare.
      let input = String(decoding: command.input, as: UTF8.self)
      if input.contains(IMAPLogin.wrong), imap.truth("takes_any", false) {
        return facts("* STATUS INBOX (MESSAGES 0)\n")
      }
      let login = command.secretInput?.description ?? input
      let users = imap["users"]?.fields ?? [:]
      guard let (_, messages) = users.first(where: { login.contains("\"\($0.key):") }) else {
        return Answer(exit: 67, stderr: "curl: (67) Login denied\n")
      }
      return facts("* STATUS INBOX (MESSAGES \(messages.int ?? 0))\n")
    }
    let given = imap.texts("capabilities")
    let words = given.isEmpty ? ["IMAP4rev1", "IDLE", "AUTH=PLAIN", "AUTH=LOGIN"] : given
    return facts("* CAPABILITY \(words.joined(separator: " "))\n")
  }

  private func facts(_ text: String) -> Answer {
    var answer = Answer(text)
    answer.stderr = "{\"response_code\":0,\"time_total\":0.01}\n"
    return answer
  }
}
