internal import Foundation

/// A wave of tickets on the bundled tabletop site, each by a run of its own: every ticket holds the
/// three messages of its sender in the world that all act on, and the wave counts them.
public struct SixTickets: Sendable {
  /// The people of the bundled site, the first by the first role.
  public static let people = ["erin", "marek", "sofia", "tomas", "wen", "quinn"]

  /// Where the runs are.
  public let state: TemporaryFolder
  /// Where the site, the runbooks and the answers are.
  public let folder: TemporaryFolder
  /// The steps of the wave that a run each stands for.
  public let tickets: [String]
  private let pause: Bool

  /// - Parameters:
  ///   - count: how many tickets; six at most.
  ///   - pause: whether each ticket waits for a person before it does anything.
  public init(_ count: Int = 6, pause: Bool = false) throws {
    state = try TemporaryFolder()
    folder = try TemporaryFolder()
    tickets = (1...count).map { "t\($0)" }
    self.pause = pause
    try writeSite()
    try folder.write(wave, to: "runbooks/waves/six.yaml")
    try folder.write(ticket, to: "runbooks/tickets/ticket.yaml")
    try answer()
  }

  /// The binary on the state directory, with further environment.
  public func console(_ variables: [String: String] = [:]) -> ConsoleBinary {
    ConsoleBinary(state: state.path, variables: variables)
  }

  /// Where the site and the runbooks lie, as options.
  public var options: [String] {
    ["--site", folder.path + "/site", "--runbooks", folder.path + "/runbooks"]
  }

  /// The answers of the wave, as options; those of the tickets lie beside them.
  public var answers: [String] { options + ["--answers", folder.path + "/answers/six.yaml"] }

  /// The answers of one ticket, as options.
  public var ticketAnswers: [String] {
    options + ["--answers", folder.path + "/answers/ticket.yaml"]
  }

  /// Writes what the people answer.
  ///
  /// - Parameters:
  ///   - wave: further lines of the wave's answers.
  ///   - isSilent: whether nobody says anything in the tickets.
  public func answer(wave: String = "", isSilent: Bool = false) throws {
    let head = "apiVersion: mailconsole/v1\nkind: Answers\noperator: "
    try folder.write(head + "tomas\n" + wave, to: "answers/six.yaml")
    let said =
      "steps:\n" + (pause ? "  begin: {done: {note: begun}}\n" : "")
      + "  call: {done: {note: called}}\n"
    try folder.write(head + "marek\n" + (isSilent ? "" : said), to: "answers/ticket.yaml")
  }

  /// The runs that are there, hidden names included.
  public func runs() throws -> [String] {
    let path = console().runs
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  /// The run of the wave; nil: it was not made yet.
  public func waveRun() throws -> String? { try runs().first { $0.hasPrefix("six-") } }

  /// The runs of the tickets that are there.
  public func ticketRuns() throws -> [String] { try runs().filter { $0.hasPrefix("ticket-") } }

  private func writeSite() throws {
    let site = folder.path + "/site"
    let root = console().root
    try FileManager.default.copyItem(atPath: root + "/sites/tabletop", toPath: site)
    let senders = tickets.map {
      "      - {cause: compromised, count: 3, sender: \($0)@example.test}"
    }
    let compromised = "      - {cause: compromised, count: 3000, sender: alice@example.test}"
    let world = try String(contentsOfFile: site + "/world.yaml", encoding: .utf8)
      .replacingOccurrences(of: "count: 1200", with: "count: 5")
      .replacingOccurrences(of: "count: 800", with: "count: 5")
      .replacingOccurrences(of: compromised, with: senders.joined(separator: "\n"))
    try folder.write(world, to: "site/world.yaml")
  }

  private var wave: String {
    var text = """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: six
      title: Tickets side by side
      version: 1.0.0
      owner: E4
      summary: Tickets and their proof.
      steps:

      """
    for (index, id) in tickets.enumerated() {
      text += """
          - id: \(id)
            title: Hold the mail of \(id)
            runbook: ticket
            with: {sender: \(id)@example.test}
            raci: {R: E\(index + 1)}

        """
    }
    return text + """
        - id: prove
          title: Is all of it on hold?
          check: postfix.queue
          pass: result.hold == \(3 * tickets.count)
          needs: [\(tickets.joined(separator: ", "))]

      """
  }

  private var ticket: String {
    """
    apiVersion: mailconsole/v1
    kind: Runbook
    id: ticket
    title: Hold the mail of a sender
    version: 1.0.0
    owner: E4
    summary: Holds mail.
    inputs:
      sender: {type: mailbox, help: Whose mail is held.}
    steps:

    """
      + (pause
        ? "  - id: begin\n    title: Begin\n    manual: Say that it may begin.\n" : "")
        + """
          - id: hold
            title: Hold it
            do: postfix.hold
            with: {sender: "${inputs.sender}"}
            rollback: {do: postfix.release, with: {sender: "${inputs.sender}"}}
        \(pause ? "    needs: [begin]" : "    timeout: 1m")
          - id: seen
            title: Is it on hold?
            check: postfix.queue
            pass: result.hold >= 3
            needs: [hold]
          - id: call
            title: Call them
            manual: Call ${inputs.sender}.
            needs: [seen]

        """
  }
}
