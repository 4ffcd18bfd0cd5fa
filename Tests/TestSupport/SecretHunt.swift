public import Foundation

/// Looks for a secret in files and texts, in every form that somebody could turn back.
public struct SecretHunt: Sendable {
  public let secret: String
  /// What is looked for, by the name of its form.
  private let forms: [(name: String, bytes: Data)]

  public init(for secret: String) {
    self.secret = secret
    let bytes = Array(secret.utf8)
    func hex(_ isUpper: Bool, _ prefix: String = "") -> String {
      bytes.map { prefix + String(format: isUpper ? "%02X" : "%02x", $0) }.joined()
    }
    let json = ((try? JSONEncoder().encode(secret)) ?? Data()).dropFirst().dropLast()
    var forms: [String: Data] = [
      "as it is": Data(bytes), "hex": Data(hex(false).utf8), "HEX": Data(hex(true).utf8),
      "percent": Data(hex(false, "%").utf8), "PERCENT": Data(hex(true, "%").utf8),
      "JSON": Data(json),
    ]
    if let url = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) {
      forms["URL"] = Data(url.utf8)
    }
    for before in 0..<3 {
      let encoded = Data([UInt8](repeating: 0, count: before) + bytes).base64EncodedString()
      // Without the digits that other bytes have a part in.
      let own = encoded.filter { $0 != "=" }.dropFirst([0, 2, 3][before]).dropLast(1)
      forms["base64 after \(before)"] = Data(own.utf8)
      let urlSafe = own.replacingOccurrences(of: "+", with: "-")
        .replacingOccurrences(of: "/", with: "_")
      forms["base64url after \(before)"] = Data(urlSafe.utf8)
    }
    self.forms = forms.map { (name: $0.key, bytes: $0.value) }
  }

  /// The forms in which the secret stands in some bytes, line ends apart too.
  public func found(in bytes: Data) -> [String] {
    let joined = Data(bytes.filter { $0 != 0x0A && $0 != 0x0D })
    return forms.filter { bytes.range(of: $0.bytes) != nil || joined.range(of: $0.bytes) != nil }
      .map(\.name).sorted()
  }

  public func found(in text: String) -> [String] { found(in: Data(text.utf8)) }

  /// The files below a folder that show the secret, with the forms; and how many were read.
  public func found(below folder: String) throws -> (places: [String], read: Int) {
    var places: [String] = []
    var read = 0
    guard let files = FileManager.default.enumerator(atPath: folder) else {
      throw Unexpected("\(folder) cannot be read")
    }
    for case let name as String in files {
      let path = folder + "/" + name
      guard let data = FileManager.default.contents(atPath: path) else { continue }
      read += 1
      let found = found(in: data)
      if !found.isEmpty { places.append("\(name): \(found.joined(separator: ", "))") }
      let named = self.found(in: name)
      if !named.isEmpty { places.append("the name \(name)") }
    }
    return (places, read)
  }
}
