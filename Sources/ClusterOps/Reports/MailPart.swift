internal import Foundation

/// A leaf of a message (RFC 2045, RFC 2046), decoded.
///
/// Written here, as what reads MIME elsewhere on a console's machine is a language of its own: this is
/// what an attachment needs.
struct MailPart: Sendable {
  /// In small letters, e.g. `application/gzip`.
  let type: String
  /// Of its file, in small letters; empty: it has none.
  let name: String
  /// Empty where it cannot be decoded.
  let content: [UInt8]

  private static let parts = 32
  private static let depth = 5
  private static let headerLimit = 64 << 10

  /// The leaves of a message, at most 32, none deeper than five levels.
  static func parts(of message: [UInt8]) -> [MailPart] {
    var found: [MailPart] = []
    walk(message[...], level: 0, into: &found)
    return found
  }

  private static func walk(_ bytes: ArraySlice<UInt8>, level: Int, into found: inout [MailPart]) {
    guard level < depth, found.count < parts else { return }
    let (header, body) = split(bytes)
    let type = Field(header["content-type"] ?? "text/plain")
    if type.value.hasPrefix("multipart/"), let boundary = type["boundary"], !boundary.isEmpty {
      for piece in pieces(of: body, boundary) { walk(piece, level: level + 1, into: &found) }
      return
    }
    let name = Field(header["content-disposition"] ?? "")["filename"] ?? type["name"] ?? ""
    // Only what may be a report is worth decoding.
    guard ReportKind(type: type.value, name: name.lowercased()) != nil else { return }
    let encoding = Field(header["content-transfer-encoding"] ?? "").value
    found.append(
      MailPart(type: type.value, name: name.lowercased(), content: decoded(body, encoding))
    )
  }

  /// Header fields by name in small letters, the first of each, unfolded; and the body.
  private static func split(
    _ bytes: ArraySlice<UInt8>
  ) -> (header: [String: String], body: ArraySlice<UInt8>) {
    var lines: [String] = []
    var at = bytes.startIndex
    while at < bytes.endIndex {
      let end = bytes[at...].firstIndex(of: 0x0A) ?? bytes.endIndex
      var line = bytes[at..<end]
      at = min(end + 1, bytes.endIndex)
      if line.last == 0x0D { line = line.dropLast() }
      if line.isEmpty { break }
      // A header longer than that is nobody's: the rest of it is left aside.
      guard at - bytes.startIndex <= headerLimit else { continue }
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix(" ") || text.hasPrefix("\t"), !lines.isEmpty {
        lines[lines.count - 1] += " " + TagList.trimmed(text)
      } else {
        lines.append(text)
      }
    }
    let fields = lines.compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (line[..<colon].lowercased(), TagList.trimmed(line[line.index(after: colon)...]))
    }
    return (Dictionary(fields, uniquingKeysWith: { first, _ in first }), bytes[at...])
  }

  /// What stands between the lines of a boundary (RFC 2046 §5.1.1); the last piece may lack its end.
  private static func pieces(
    of body: ArraySlice<UInt8>,
    _ boundary: String
  ) -> [ArraySlice<UInt8>] {
    let mark = Array("--\(boundary)".utf8)
    var pieces: [ArraySlice<UInt8>] = []
    var begin: Int?
    var at = body.startIndex
    while at < body.endIndex, pieces.count < parts {
      let end = body[at...].firstIndex(of: 0x0A) ?? body.endIndex
      // One boundary may be the beginning of another.
      if let sign = ending(of: body[at..<end], after: mark), sign.isEmpty || sign == "--" {
        if let begin { pieces.append(body[begin..<at]) }
        begin = min(end + 1, body.endIndex)
        if sign == "--" { return pieces }
      }
      at = end + 1
    }
    if let begin, pieces.count < parts { pieces.append(body[begin...]) }
    return pieces
  }

  /// What stands on a line after a boundary, without white space; nil: it begins with none.
  private static func ending(of line: ArraySlice<UInt8>, after mark: [UInt8]) -> String? {
    guard line.starts(with: mark) else { return nil }
    return String(decoding: line.dropFirst(mark.count).prefix(80), as: UTF8.self)
      .filter { !$0.isWhitespace }
  }

  private static func decoded(_ body: ArraySlice<UInt8>, _ encoding: String) -> [UInt8] {
    switch encoding {
    case "base64":
      return Data(base64Encoded: Data(body), options: .ignoreUnknownCharacters).map { Array($0) }
        ?? []
    case "quoted-printable": return unquoted(body)
    default: return Array(body)
    }
  }

  /// The bytes that quoted-printable stands for (RFC 2045 §6.7).
  private static func unquoted(_ body: ArraySlice<UInt8>) -> [UInt8] {
    func digit(_ at: Int) -> UInt8? {
      guard at < body.endIndex else { return nil }
      return Character(Unicode.Scalar(body[at])).hexDigitValue.map { UInt8($0) }
    }
    var out: [UInt8] = []
    var at = body.startIndex
    while at < body.endIndex {
      guard body[at] == UInt8(ascii: "=") else {
        out.append(body[at])
        at += 1
        continue
      }
      if let high = digit(at + 1), let low = digit(at + 2) {
        out.append(high << 4 | low)
        at += 3
      } else {
        // A line that goes on: the end of it is none.
        at += 1
        while at < body.endIndex, body[at] == 0x0D || body[at] == 0x20 { at += 1 }
        if at < body.endIndex, body[at] == 0x0A { at += 1 }
      }
    }
    return out
  }

  /// A field with parameters (RFC 2045 §5.1), those that are in pieces put together (RFC 2231).
  private struct Field {
    let value: String
    private let parameters: [(name: String, value: String)]

    init(_ text: String) {
      var pieces = [""]
      var isQuoted = false
      var isEscaped = false
      for character in text {
        if isEscaped {
          pieces[pieces.count - 1].append(character)
          isEscaped = false
        } else if character == "\\", isQuoted {
          isEscaped = true
        } else if character == "\"" {
          isQuoted.toggle()
        } else if character == ";", !isQuoted {
          pieces.append("")
        } else {
          pieces[pieces.count - 1].append(character)
        }
      }
      value = TagList.trimmed(pieces[0]).lowercased()
      parameters = pieces.dropFirst().compactMap { piece -> (name: String, value: String)? in
        guard let equals = piece.firstIndex(of: "=") else { return nil }
        return (
          TagList.trimmed(piece[..<equals]).lowercased(),
          TagList.trimmed(piece[piece.index(after: equals)...])
        )
      }
    }

    subscript(name: String) -> String? {
      let found = parameters.filter { $0.name == name || $0.name.hasPrefix(name + "*") }
      return found.isEmpty ? nil : found.map(\.value).joined()
    }
  }
}
