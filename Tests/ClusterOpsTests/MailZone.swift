import Runbooks

@testable import ClusterOps

/// A zone as kdig 3.2 tells of it, by `NAME TYPE` and data in presentation format; a name that it does
/// not have does not exist. A text is of several strings where ``border`` stands in it.
struct MailZone: Sendable {
  /// Parts the strings of a TXT record.
  static let border: Character = "\u{1F}"

  var records: [String: [String]] = [:]
  /// Names and types that are not answered, and return codes other than 0 and 3.
  var silent: Set<String> = []
  var codes: [String: Int] = [:]
  /// Names that are another's, whose records are told in their stead.
  var aliases: [String: String] = [:]
  /// Seconds, where it is not an hour.
  var ttls: [String: Int] = [:]
  /// Whether it is the zone's own server that answers.
  var isAuthority = false

  private static let numbers = ["A": 1, "SOA": 6, "MX": 15, "TXT": 16, "CAA": 257]

  /// What kdig prints for the questions of a command, in its arguments or fed by xargs.
  func answer(_ command: Command) -> Answer {
    let fed = String(decoding: command.input, as: UTF8.self).split(separator: "\n").map(String.init)
    let words = command.program + fed
    var (text, complaint) = ("", "")
    for place in words.indices where words[place] == "-q" {
      let (name, type) = (words[place + 1], words[place + 3])
      let key = "\(name.dropLast()) \(type)"
      if silent.contains(key) {
        text += "{\n}\n"
        complaint =
          ";; WARNING: response timeout for 127.0.0.3@53(UDP)\n"
          + ";; ERROR: failed to query server 127.0.0.3@53(UDP)\n"
      } else {
        text += message(name, type) + "\n"
      }
    }
    return .said(text, stderr: complaint, exit: complaint.isEmpty ? 0 : fed.isEmpty ? 1 : 123)
  }

  private func message(_ name: String, _ type: String) -> String {
    let owner = aliases[String(name.dropLast())] ?? String(name.dropLast())
    let key = "\(owner) \(type)"
    let data = records[key] ?? []
    let isThere = records.keys.contains {
      $0.hasPrefix("\(owner) ") || $0.contains(".\(owner) ")
    }
    let code = codes[key] ?? (isThere ? 0 : 3)
    let number = Self.numbers[type] ?? 0
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    let alias =
      aliases[String(name.dropLast())].map { target in
        [
          #"{"NAME":"\#(name)","TYPE":5,"TYPEname":"CNAME","CLASS":1,"CLASSname":"IN","TTL":3600,"#
            + #""rdataCNAME":"\#(target).","RDLENGTH":15}"#
        ]
      } ?? []
    let answers =
      alias
      + data.map { data in
        let presented =
          type == "TXT"
          ? strings(data).map { quoted($0).replacing("\t", with: #"\009"#) }
            .joined(separator: " ") : data
        return #"{"NAME":"\#(owner).","TYPE":\#(number),"TYPEname":"\#(type)","CLASS":1,"#
          + #""CLASSname":"IN","TTL":\#(ttls[key] ?? 3_600),"rdata\#(type)":\#(quoted(presented)),"RDLENGTH":15}"#
      }
    return #"{"dateString":"2026-11-30T07:59:48+0000","dateSeconds":1796025588,"msgLength":123,"#
      + #""ID":53175,"QR":1,"Opcode":0,"AA":\#(isAuthority ? 1 : 0),"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"#
      + #""RCODE":\#(code),"#
      + #""QDCOUNT":1,"ANCOUNT":\#(answers.count),"NSCOUNT":0,"ARCOUNT":1,"QNAME":"\#(name)","#
      + #""QTYPE":\#(number),"QTYPEname":"\#(type)","QCLASS":1,"QCLASSname":"IN""#
      + (answers.isEmpty ? "" : #","answerRRs":[\#(answers.joined(separator: ","))]"#)
      + #","additionalRRs":[{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"TTL":0}]}"#
  }

  /// A text in strings of at most 255 octets (RFC 1035 §3.3), as kdig prints a long one.
  private func strings(_ text: String) -> [String] {
    if text.contains(Self.border) {
      return text.split(separator: Self.border, omittingEmptySubsequences: false).map(String.init)
    }
    let characters = Array(text)
    return stride(from: 0, to: max(1, characters.count), by: 255).map {
      String(characters[$0..<min($0 + 255, characters.count)])
    }
  }

  /// A world in which kdig answers from the zone, and everything else as it is told.
  func world(_ others: @escaping @Sendable (Command) -> Answer = { _ in Answer() }) -> RecordedWorld
  {
    RecordedWorld { command in
      command.program.contains("kdig") ? answer(command) : others(command)
    }
  }

  /// Ways to get no answer of kdig.
  static let failures: [Answer] = [
    .said("", stderr: "sh: 1: kdig: not found\n", exit: 127), .said("not JSON\n"),
    .said(#"{"QNAME":"gaudy.test.","#), .said("{\n}\n", exit: 1), .said(""),
  ]
}

extension OperationResult {
  func texts(_ name: String) -> [String] { values[name]?.elements?.compactMap(\.text) ?? [] }
  func text(_ name: String) -> String { values[name]?.text ?? "?" }
}
