/// Texts that end where an author did not mean them to: at ` #`, where a comment begins.
///
/// YAML says nothing of it, so that a title loses its ticket number and a command its end. A
/// comment after a value is the file's right; it is told where the value is a text for people or
/// a part of a command, and everywhere else where `#` is joined to a word, as in `#4711`.
struct CutText {
  /// Keys whose values are texts for people, or commands.
  private static let texts: Set<String> = [
    "title", "summary", "purpose", "note", "manual", "statement", "help", "confirm", "run",
    "reason",
  ]

  private let source: SourceText
  private(set) var problems: [RunbookProblem] = []

  init(in document: YAMLDocument) {
    source = document.source
    read(document.root, under: nil)
  }

  private mutating func read(_ node: YAMLNode, under key: String?) {
    guard problems.count < Reader.maximumProblems else { return }
    switch node.content {
    case .scalar(let scalar): read(scalar, node, key)
    case .sequence(let elements): for element in elements { read(element, under: key) }
    case .mapping(let fields): for field in fields { read(field.value, under: field.key) }
    }
  }

  private mutating func read(_ scalar: YAMLScalar, _ node: YAMLNode, _ key: String?) {
    let bytes = source.bytes
    guard scalar.style == .plain, !scalar.text.isEmpty else { return }
    let end = end(of: scalar.text, from: node.offset)
    var at = end
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
    guard at > end, at < bytes.count, bytes[at] == UInt8(ascii: "#") else { return }
    let next = at + 1 < bytes.count ? bytes[at + 1] : 0x0A
    let isJoined = next > 0x20 && next != UInt8(ascii: "#")
    guard isJoined || key.map(Self.texts.contains) == true else { return }
    let mark = source.mark(at: at)
    let line = SyntaxLine(source.line(Int(mark.line)))
    let whole = line.value == node.offset ? line.quoted.map { ": `\($0)`" } ?? "" : ""
    problems.append(
      RunbookProblem(
        "the text from `#` on is a comment; what counts ends with ‘\(capped(scalar.text))’",
        fix: "If it belongs to the text, put the whole in single quotes\(whole).",
        at: mark.position(in: source.file),
        severity: .warning
      )
    )
  }

  /// The byte after a plain text, which may go over several lines.
  private func end(of text: String, from start: Int) -> Int {
    let bytes = source.bytes
    var at = start
    for byte in text.utf8 where byte > 0x20 {
      while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
      guard at < bytes.count, bytes[at] == byte else { return at }
      at += 1
    }
    return at
  }

  /// The last words of a text.
  private func capped(_ text: String) -> String {
    text.count > 40 ? "…" + text.suffix(40) : text
  }
}
