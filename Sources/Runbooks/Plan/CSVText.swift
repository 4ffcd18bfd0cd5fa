/// Comma-separated values by RFC 4180: every field in quotes, records ended by CR LF.
enum CSVText {
  /// The whole file; every record should have as many fields as the first.
  static func text(_ records: [[String]]) -> String {
    records.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A field in quotes, which a spreadsheet takes for text (OWASP, CSV Injection).
  ///
  /// What begins like a formula gets an apostrophe in front. Control characters but the line feed
  /// are left out: they mean nothing to an importer, and something to a terminal.
  static func field(_ text: String) -> String {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars
    where scalar == "\n" || scalar.properties.generalCategory != .control {
      clean.append(scalar)
    }
    let plain = String(clean)
    let guarded = plain.first.map { "=+-@".contains($0) } ?? false ? "'" + plain : plain
    return "\"" + guarded.replacing("\"", with: "\"\"") + "\""
  }
}
