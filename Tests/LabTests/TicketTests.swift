import Foundation
import TestSupport
import Testing

/// The tickets of the platform and the mail core, walked on the real node to their signatures.
@Suite(.serialized, .enabled(if: Lab.isWanted)) struct TicketTests {
  /// What stands before any ticket: the pod, the web part with the MTA-STS policy, the zone.
  private static let stands: Result<Void, any Error> = Result {
    let lab = try Lab()
    try lab.lab("deploy")
    try lab.lab("web")
    try lab.lab("dns")
  }

  private func signed() throws -> SignedLab {
    try Self.stands.get()
    return try SignedLab()
  }

  @Test(
    "a ticket whose people only read and sign is walked from its first step to its signature",
    .timeLimit(.minutes(5)),
    arguments: ["pl-1", "pl-3", "ms-1", "ms-2", "ms-3", "sec-2", "sec-5"]
  )
  func walks(ticket: String) throws {
    let signed = try signed()
    try signed.expectSigned(try signed.walk(ticket))
  }

  @Test(
    "SEC-4 finds the node's own firewall loaded, and fails without it",
    .timeLimit(.minutes(5))
  )
  func hardens() throws {
    let signed = try signed()
    // The lab's node has another firewall: that of deploy/node limits the stream of test mail.
    let without = try signed.lab.console.run("checks", "--site", signed.site, "firewall")
    #expect(without.status == 1, "\(without.output)\(without.errors)")
    #expect(without.output.contains("Nothing on the node drops"), "\(without.output)")

    let rules = try String(
      contentsOfFile: signed.lab.console.root + "/deploy/node/nftables.conf",
      encoding: .utf8
    )
    .replacing("@ADMIN4@", with: "elements = { 0.0.0.0/1, 128.0.0.0/1 };")
    .replacing("@ADMIN6@", with: "elements = { ::/1, 8000::/1 };")
    let file = try signed.lab.write(rules, to: "nftables.conf")
    defer { _ = try? signed.lab.node(["nft", "delete", "table", "inet", "mailconsole"]) }
    let loaded = try signed.lab.node(["nft", "-f", file])
    try #require(loaded.status == 0, "\(loaded.errors)")
    try signed.expectSigned(try signed.walk("sec-4"))
  }

  @Test(
    "SEC-1 puts back a record that somebody took out of the zone, and proves every record from outside",
    .timeLimit(.minutes(5))
  )
  func publishes() throws {
    let signed = try signed()
    let zone = try Data(
      contentsOf: URL(fileURLWithPath: "/run/mailconsole-lab/internet/zones/gaudy.test.zone")
    )
    try signed.add(zone, as: "dns/zone.db")
    let key = "/run/mailconsole-lab/internet/tsig/site.key"
    let take = try signed.lab.write(
      "server 198.51.100.53\nzone gaudy.test.\nupdate delete _dmarc.gaudy.test. TXT\nsend\n",
      to: "take"
    )
    let taken = try signed.lab.outside(["nsupdate", "-k", key, take])
    try #require(taken.status == 0, "\(taken.errors)")

    try signed.expectSigned(try signed.walk("sec-1"))
    let lines = try signed.lab.timeline().lines
    let put = try #require(lines.last { $0.step == "put" && $0.type == "step.ended" })
    #expect(put.text.contains("_dmarc"), "\(put.text)")
    let seen = try signed.lab.outside(["dig", "+short", "_dmarc.gaudy.test", "TXT"])
    #expect(seen.output.contains("v=DMARC1"))
  }

  @Test(
    "SEC-3 is signed over what two providers wrote of our mail, and forged mail is refused",
    .timeLimit(.minutes(5))
  )
  func receivers() throws {
    let signed = try signed()
    var found: [String] = []
    for provider in ["northmail.test", "southmail.test"] {
      found.append(try send(to: provider, signed.lab))
    }
    #expect(found.allSatisfy { ["spf=pass", "dkim=pass", "dmarc=pass"].allSatisfy($0.contains) })
    try signed.answer(
      "send",
      of: "sec-3",
      """
          done: {by: sofia, note: "Both came."}
          fields: {first: "\(found[0])", second: "\(found[1])", verdict: "all-pass"}
      """
    )
    try signed.expectSigned(try signed.walk("sec-3"))
  }

  /// Sends a message of alice's, and gives what the provider's verifiers wrote above it.
  private func send(to provider: String, _ lab: Lab) throws -> String {
    let passwords = try String(
      contentsOfFile: "/run/mailconsole-lab/secrets/passwords",
      encoding: .utf8
    )
    let line = try #require(passwords.split(separator: "\n").first { $0.hasPrefix("alice@") })
    let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
    let token = "ticket-\(UUID().uuidString)"
    let sent = try lab.outside([
      "swaks", "--server", "mail.gaudy.test", "--port", "465", "--tls-on-connect", "--auth",
      "PLAIN", "--auth-user", parts[0], "--auth-password", parts[1], "--from", parts[0], "--to",
      "anna@\(provider)", "--h-Subject", token,
    ])
    try #require(sent.status == 0, "\(sent.output)")
    let folder = "/var/lib/mailconsole-lab/outside-mail/\(provider)/anna/new"
    for _ in 0..<120 {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
        guard let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8),
          text.contains(token)
        else { continue }
        let head = text.replacing(/\n[ \t]+/, with: " ").split(separator: "\n")
        return head.filter { $0.hasPrefix("Authentication-Results: \(provider)") }
          .map { $0.filter { $0 != "\"" && $0 != "\\" } }.joined(separator: " ")
      }
      usleep(500_000)
    }
    Issue.record("the message did not come to \(provider)")
    return ""
  }

  @Test(
    "MS-4 refuses spam and viruses, and puts mail off while its scanner is away",
    .timeLimit(.minutes(10))
  )
  func filter() throws {
    let signed = try signed()
    let first = try signed.walk("ms-4")
    try #require(first.status == 2, "\(first.output)\(first.errors)")

    // What the step `unscanned` asks of a person.
    try signed.lab.kubectl("exec", "daemonset/mail", "--container", "clamd", "--", "kill", "1")
    let away = try eicar(signed.lab)
    #expect(away.hasPrefix("451"), "\(away)")
    var back = away
    let began = Date()
    while !back.hasPrefix("554"), Date().timeIntervalSince(began) < 180 {
      usleep(2_000_000)
      back = try eicar(signed.lab)
      #expect(!back.hasPrefix("250"), "a virus was taken")
    }
    let seconds = Int(Date().timeIntervalSince(began))
    #expect(back.hasPrefix("554"), "\(back)")
    try signed.answer(
      "unscanned",
      of: "ms-4",
      """
          done: {by: marek, note: "By hand, as the step says."}
          fields: {reply: "\(away)", back: "\(seconds) s"}
      """
    )
    let run = try signed.lab.run()
    try signed.expectSigned(try signed.walk("ms-4", from: run))
  }

  /// Sends EICAR to port 25, and gives the reply to its end.
  private func eicar(_ lab: Lab) throws -> String {
    let sent = try lab.outside([
      "swaks", "--server", "mail.gaudy.test", "--ehlo", "mx.partner.test", "--from",
      "relaytest@partner.test", "--to",
      "postmaster@gaudy.test", "--body",
      #"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR"# + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ])
    let replies = sent.output.split(separator: "\n").filter {
      $0.hasPrefix("<** ") || $0.hasPrefix("<~* ") || $0.hasPrefix("<-  250")
        || $0.hasPrefix("<~  250")
    }
    return replies.last.map { String($0.dropFirst(4)).filter { $0 != "\"" } } ?? sent.output
  }
}
