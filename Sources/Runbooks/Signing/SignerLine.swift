/// One line of `allowed_signers`, read as OpenSSH reads it.
///
/// This follows `parse_principals_key_and_options` and `sshsigopt_parse` of OpenSSH's `sshsig.c`,
/// its `opt_dequote` and `strdelim`: blanks are space and tab; `"` begins and ends a name that
/// has blanks; options need no more than a prefix, an equals sign and quotes; a line that it
/// cannot read it leaves out, and reads on.
enum SignerLine {
  case blank
  case entry(AllowedSigners.Entry, notes: [AllowedSigners.Remark])
  /// Left out: why, and the key on it where there is one.
  case skipped(AllowedSigners.Remark, key: SSHPublicKey?)

  /// Reads a line without its line feed.
  ///
  /// - Parameters:
  ///   - number: counts from 1; the mark of a byte order stands before the first.
  init(_ bytes: ArraySlice<UInt8>, number: Int) {
    var reader = LineReader(bytes, number: number)
    reader.skipBlanks()
    let rest = reader.rest.prefix { $0 != 0x0D }
    guard let first = reader.rest.first, first != UInt8(ascii: "#"), !rest.isEmpty else {
      self = .blank
      return
    }
    do throws(LineReader.Fault) {
      self = try reader.entry()
    } catch {
      self = .skipped(error.remark, key: reader.key)
    }
  }
}

/// Reads a line from left to right; OpenSSH's order of questions is kept, because it decides.
private struct LineReader {
  struct Fault: Error {
    let remark: AllowedSigners.Remark
  }

  private let bytes: [UInt8]
  private let number: Int
  private var at = 0
  private(set) var key: SSHPublicKey?

  init(_ bytes: ArraySlice<UInt8>, number: Int) {
    self.bytes = Array(bytes)
    self.number = number
  }

  var rest: ArraySlice<UInt8> { bytes[at...] }
  private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  mutating func skipBlanks() {
    while let byte, Self.isBlank(byte) { at += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  mutating func entry() throws(Fault) -> SignerLine {
    let start = at
    var notes: [AllowedSigners.Remark] = []
    let names = try principals()
    if names.starts(with: [0xEF, 0xBB, 0xBF]) {
      notes.append(
        remark(
          "a byte order mark (invisible) is part of the name here",
          "Remove it: OpenSSH knows nobody by that name.",
          at: start
        )
      )
    }
    let afterNames = at
    var options = SignerOptions()
    if let key = publicKey() {
      self.key = key
    } else {
      at = afterNames
      let text = try pastOptions()
      guard byte != nil else {
        throw fault("the key is missing", Self.example, at: afterNames)
      }
      at += 1
      skipBlanks()
      let place = at
      guard let key = publicKey() else {
        throw fault(
          "this is no key that OpenSSH reads",
          "Paste the two words of the .pub file: the type and the base64.",
          at: place
        )
      }
      self.key = key
      do throws(SignerOptions.Fault) {
        options = try SignerOptions(Array(text))
      } catch {
        throw fault(error.message, error.fix, at: afterNames + error.offset)
      }
      for zoneless in options.zoneless {
        notes.append(
          remark(
            "the date has no time zone",
            "End it with `Z`: OpenSSH reads it in the zone of each machine, the console as UTC.",
            at: afterNames + zoneless
          )
        )
      }
    }
    guard let key else { throw fault("the key is missing", Self.example, at: afterNames) }
    let entry = AllowedSigners.Entry(
      line: number,
      principals: SignerPattern.list(String(decoding: names, as: UTF8.self)),
      namespaces: options.namespaces.map { SignerPattern.list($0) },
      isAuthority: options.isAuthority,
      validAfter: options.validAfter,
      validBefore: options.validBefore,
      key: key
    )
    return .entry(entry, notes: notes)
  }

  /// The names: up to a blank, or up to the quote that closes the first one.
  private mutating func principals() throws(Fault) -> [UInt8] {
    let start = at
    var names: [UInt8] = []
    while let byte, !Self.isBlank(byte), byte != 0x0D, byte != UInt8(ascii: "\"") {
      names.append(byte)
      at += 1
    }
    if byte == UInt8(ascii: "\"") {
      at += 1
      while let byte, byte != UInt8(ascii: "\"") {
        names.append(byte)
        at += 1
      }
      guard byte != nil else {
        throw fault("the quote of the name is not closed", "Close it with `\"`.", at: start)
      }
      at += 1
    }
    while let byte, Self.isBlank(byte) || byte == 0x0D { at += 1 }
    return names
  }

  /// A type that OpenSSH knows and a key of this type, with what follows as its comment.
  private mutating func publicKey() -> SSHPublicKey? {
    let type = word()
    guard SSHKeyShape.types.contains(String(decoding: type, as: UTF8.self)), byte != nil else {
      return nil
    }
    skipBlanks()
    let base64 = word().filter { !(0x09...0x0D).contains($0) }
    skipBlanks()
    let comment = rest.prefix { $0 != 0x0D }
    let key = SSHPublicKey(
      type: String(decoding: type, as: UTF8.self),
      base64: String(decoding: base64, as: UTF8.self),
      comment: String(decoding: comment, as: UTF8.self)
    )
    // Written anew it is the same: Foundation takes padding that OpenSSH refuses.
    return key.flatMap {
      SSHKeyShape.fits($0) && $0.line.utf8.elementsEqual(type + [0x20] + base64) ? $0 : nil
    }
  }

  private mutating func word() -> ArraySlice<UInt8> {
    let start = at
    while let byte, !Self.isBlank(byte) { at += 1 }
    return bytes[start..<at]
  }

  /// Passes over the options; blanks within quotes end none.
  private mutating func pastOptions() throws(Fault) -> ArraySlice<UInt8> {
    let start = at
    var isQuoted = false
    while let byte, isQuoted || !Self.isBlank(byte) {
      if byte == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\"") {
        at += 1
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      }
      at += 1
    }
    if isQuoted {
      throw fault("a quote of the options is not closed", "Close it with `\"`.", at: start)
    }
    return bytes[start..<at]
  }

  private static let example =
    "Write the line like `ana namespaces=\"mailconsole\" ssh-ed25519 AAAA…`."

  private func fault(_ message: String, _ fix: String, at place: Int) -> Fault {
    Fault(remark: remark(message, fix, at: place))
  }

  private func remark(_ message: String, _ fix: String, at place: Int) -> AllowedSigners.Remark {
    let column = bytes[..<min(place, bytes.count)].count { $0 & 0xC0 != 0x80 } + 1
    return AllowedSigners.Remark(line: number, column: column, message: message, fix: fix)
  }
}
