internal import Foundation
internal import Runbooks

/// kdig(1) as these operations call it: JSON (RFC 8427), EDNS, bounded waiting, TCP where a reply is
/// truncated.
enum Kdig {
  /// Seconds until a question is asked again, and how often it is.
  static let (patience, retries) = (2, 1)

  /// The longest a server is waited for, in seconds.
  static let longest = patience * (retries + 1)

  /// kdig with questions for one server, which it answers one after the other.
  static func argv(_ server: DNSServer, _ questions: [DNSQuestion] = []) -> [String] {
    [
      "kdig", "+json", "+edns", "+adflag", "+timeout=\(patience)", "+retry=\(retries)",
    ] + server.options + questions.flatMap(arguments)
  }

  /// Questions that are known only when it runs come by standard input, an argument a line; then the
  /// command is complete before.
  static func fed(_ server: DNSServer) -> [String] {
    ["xargs", "-r", "-d", #"\n"#, "-n", String(perCall * 4)] + argv(server)
  }

  /// How many questions of an input one kdig is given.
  private static let perCall = 20

  static func input(_ questions: [DNSQuestion]) -> [UInt8] {
    questions.flatMap(arguments).flatMap { Array(($0 + "\n").utf8) }
  }

  private static func arguments(_ question: DNSQuestion) -> [String] {
    ["-q", question.name == "." ? "." : question.name + ".", "-t", question.type.rawValue]
  }

  /// A command that asks one server.
  static func command(
    _ argv: [String],
    from vantage: Vantage,
    on site: Site,
    inputDescription: String? = nil
  ) -> Command {
    Command(
      argv,
      from: vantage,
      on: site,
      inputDescription: inputDescription,
      keep: 16 << 20,
      streams: false
    )
  }

  /// Asks one server after the other and goes on with what they said.
  static func ask(
    _ commands: [(command: Command, server: DNSServer, questions: [DNSQuestion])],
    then: @escaping ([DNSReplies]) throws(OperationFailure) -> Procedure
  ) throws(OperationFailure) -> Procedure {
    try .each(commands.map(\.command)) { place, outcome throws(OperationFailure) in
      let (command, server, questions) = commands[place]
      return try DNSReplies(outcome, to: questions, of: server, by: command)
    } then: { replies throws(OperationFailure) in
      try then(replies)
    }
  }

  /// The messages that kdig printed, one JSON object each; nil where it is not that.
  ///
  /// A server that does not answer leaves an empty object, or none.
  static func messages(_ output: [UInt8]) -> [Message]? {
    guard let pieces = pieces(output) else { return nil }
    var messages: [Message] = []
    for piece in pieces {
      guard let message = try? JSONDecoder().decode(Message.self, from: Data(piece)) else {
        return nil
      }
      messages.append(message)
    }
    return messages
  }

  /// The top-level objects of a text that holds nothing else.
  private static func pieces(_ output: [UInt8]) -> [ArraySlice<UInt8>]? {
    var pieces: [ArraySlice<UInt8>] = []
    var (start, depth) = (0, 0)
    var (isString, isEscaped) = (false, false)
    for (place, byte) in output.enumerated() {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\") where isString: isEscaped = true
      case UInt8(ascii: "\"") where depth > 0: isString.toggle()
      case _ where isString: break
      case UInt8(ascii: "{"):
        if depth == 0 { start = place }
        depth += 1
        // kdig nests objects two deep.
        guard depth <= 8 else { return nil }
      case UInt8(ascii: "}"):
        depth -= 1
        guard depth >= 0 else { return nil }
        if depth == 0 { pieces.append(output[start...place]) }
      case 0x20, 0x09, 0x0A, 0x0D: break
      default: guard depth > 0 else { return nil }
      }
    }
    return depth == 0 && !isString ? pieces : nil
  }

  /// What is used of a message, by the names of RFC 8427; all of it may be missing.
  struct Message: Decodable, Sendable {
    struct Record: Decodable, Sendable {
      let name: String
      let type: String
      let ttl: Int
      /// Presentation format.
      let data: String

      init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        name = try fields.decodeIfPresent(String.self, forKey: Key("NAME")) ?? ""
        type = try fields.decodeIfPresent(String.self, forKey: Key("TYPEname")) ?? ""
        ttl = try fields.decodeIfPresent(Int.self, forKey: Key("TTL")) ?? 0
        data = try fields.decodeIfPresent(String.self, forKey: Key("rdata" + type)) ?? ""
      }
    }

    private struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }

      init(_ text: String) { stringValue = text }
      init?(stringValue: String) { self.init(stringValue) }
      init?(intValue: Int) { nil }
    }

    let code: Int?
    let isAuthoritative: Bool
    let isTruncated: Bool
    let isAuthenticated: Bool
    let name: String
    let type: String
    let answers: [Record]
    let authorities: [Record]

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      func flag(_ name: String) throws -> Bool {
        try fields.decodeIfPresent(Int.self, forKey: Key(name)) == 1
      }
      code = try fields.decodeIfPresent(Int.self, forKey: Key("RCODE"))
      isAuthoritative = try flag("AA")
      isTruncated = try flag("TC")
      isAuthenticated = try flag("AD")
      name = try fields.decodeIfPresent(String.self, forKey: Key("QNAME")) ?? ""
      type = try fields.decodeIfPresent(String.self, forKey: Key("QTYPEname")) ?? ""
      answers = try fields.decodeIfPresent([Record].self, forKey: Key("answerRRs")) ?? []
      authorities = try fields.decodeIfPresent([Record].self, forKey: Key("authorityRRs")) ?? []
    }
  }
}
