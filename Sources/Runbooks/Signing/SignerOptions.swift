/// The options before a key in `allowed_signers` (`sshsigopt_parse` of OpenSSH).
struct SignerOptions {
  /// What OpenSSH says is wrong with them, and where in the options.
  struct Fault: Error {
    let message: String
    let fix: String
    let offset: Int
  }

  private(set) var isAuthority = false
  /// A list of patterns; nil: any namespace.
  private(set) var namespaces: String?
  private(set) var validAfter: Moment?
  private(set) var validBefore: Moment?
  /// Where dates without a time zone stand.
  private(set) var zoneless: [Int] = []

  private let bytes: [UInt8]
  private var at = 0

  /// No options.
  init() { bytes = [] }

  init(_ bytes: [UInt8]) throws(Fault) {
    self.bytes = bytes
    while at < bytes.count {
      let start = at
      if takes("cert-authority") {
        isAuthority = true
      } else if takes("namespaces=") {
        guard namespaces == nil else { throw twice("namespaces", start) }
        namespaces = String(decoding: try quoted(), as: UTF8.self)
      } else if takes("valid-after=") {
        guard validAfter == nil else { throw twice("valid-after", start) }
        validAfter = try date()
      } else if takes("valid-before=") {
        guard validBefore == nil else { throw twice("valid-before", start) }
        validBefore = try date()
      }
      guard at < bytes.count else { break }
      guard bytes[at] == UInt8(ascii: ",") else {
        throw Fault(
          message: "this option is unknown to OpenSSH",
          fix: "Known are cert-authority, namespaces=\"…\", valid-after=\"…\", valid-before=\"…\".",
          offset: start
        )
      }
      at += 1
      guard at < bytes.count else {
        throw Fault(
          message: "an option is missing after the comma",
          fix: "Remove it.",
          offset: at - 1
        )
      }
    }
    if let validAfter, let validBefore, validBefore <= validAfter {
      throw Fault(
        message: "valid-before is not after valid-after",
        fix: "Correct the dates: the key would never count.",
        offset: 0
      )
    }
  }

  private func twice(_ name: String, _ offset: Int) -> Fault {
    Fault(message: "`\(name)` is given twice", fix: "Join the two in one list.", offset: offset)
  }

  /// Passes over a name, in any case of its letters.
  private mutating func takes(_ name: String) -> Bool {
    let wanted = Array(name.utf8)
    guard at + wanted.count <= bytes.count else { return false }
    for index in wanted.indices {
      let byte = bytes[at + index]
      guard (0x41...0x5A).contains(byte) ? byte | 0x20 == wanted[index] : byte == wanted[index]
      else { return false }
    }
    at += wanted.count
    return true
  }

  /// A value in quotes, in which `\"` is a quote.
  private mutating func quoted() throws(Fault) -> [UInt8] {
    let start = at
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
      throw Fault(
        message: "the value has no quotes",
        fix: "Put it in double quotes, as OpenSSH asks.",
        offset: start
      )
    }
    at += 1
    var value: [UInt8] = []
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\"")
      {
        at += 1
      }
      value.append(bytes[at])
      at += 1
    }
    guard at < bytes.count else {
      throw Fault(message: "the quote is not closed", fix: "Close it with `\"`.", offset: start)
    }
    at += 1
    return value
  }

  private mutating func date() throws(Fault) -> Moment {
    let start = at
    let text = String(decoding: try quoted(), as: UTF8.self)
    guard let moment = Moment(timestamp: text), moment.milliseconds > 0 else {
      throw Fault(
        message: "this is no date that OpenSSH reads",
        fix: "Write YYYYMMDDZ or YYYYMMDDHHMMSSZ, without dashes.",
        offset: start
      )
    }
    if text.utf8.last.map({ (0x30...0x39).contains($0) }) == true { zoneless.append(start) }
    return moment
  }
}
