/// Says in an author's words what libyaml found, where an author sees it, and how to mend it.
///
/// libyaml points to where it noticed; what is wrong often stands before. Each answer looks at
/// the line itself first, and only then falls back on libyaml's words.
struct SyntaxAdvice {
  /// What is wrong, how to mend it, and the byte where it stands.
  struct Finding: Hashable {
    let message: String
    let fix: String
    let offset: Int
  }

  private let source: SourceText
  private let problem: String
  /// Where libyaml noticed.
  private let offset: Int
  private let number: Int
  private let line: SyntaxLine

  /// - Parameter mark: where libyaml noticed, inside the file.
  private init(_ problem: String, in source: SourceText, at mark: TextMark) {
    self.source = source
    self.problem = problem
    offset = source.offset(of: mark)
    number = Int(mark.line)
    line = SyntaxLine(source.line(number))
  }

  /// What is wrong where libyaml gave up; at least one finding.
  static func explain(_ problem: String, in source: SourceText, at mark: TextMark) -> [Finding] {
    let advice = Self(problem, in: source, at: mark)
    if problem.contains("unknown escape") { return advice.escapes() }
    let finding =
      advice.tab() ?? advice.brokenArgument() ?? advice.startingSign() ?? advice.emptyElement()
      ?? advice.colonInside() ?? advice.afterQuote() ?? advice.leftBlock() ?? advice.known()
    return [finding]
  }

  private var byte: UInt8? { offset < source.bytes.count ? source.bytes[offset] : nil }

  private func finding(_ message: String, _ fix: String, at place: Int? = nil) -> Finding {
    Finding(message: message, fix: fix, offset: place ?? offset)
  }

  /// The way out for a text that YAML would read otherwise, as a line to copy.
  private var quoting: String {
    line.quoted.map { "Put the whole text in single quotes: `\($0)`." }
      ?? "Put the whole text in single quotes."
  }

  // MARK: What the line shows

  private func tab() -> Finding? {
    let isTab = byte == 0x09 && problem.contains("cannot start any token")
    guard isTab || problem.contains("tab character") else { return nil }
    return finding("a tab stands in the indentation", "Indent with spaces.")
  }

  /// `[a, b={.c}]`: an unquoted text ends at a bracket.
  private func brokenArgument() -> Finding? {
    guard let broken = FlowLine(line, upTo: max(offset, line.value))?.broken else { return nil }
    let sign = String(decoding: [source.bytes[broken.at]], as: UTF8.self)
    return finding(
      "the unquoted text ends at `\(sign)`, which begins something of its own here",
      "Put the whole argument in single quotes: `\(SyntaxLine.inQuotes(broken.argument))`.",
      at: broken.at
    )
  }

  /// `title: *.test`, `title: %d`, `- @x`: the first character is one of YAML's own.
  private func startingSign() -> Finding? {
    let isNoStart = problem.contains("cannot start any token")
    let isName = problem.contains("expected alphabetic or numeric character")
    // The sign of a name stands before the place where its letters are missed.
    let place = isName ? sign(before: offset) : offset
    if isNoStart || isName, place < source.bytes.count {
      let byte = source.bytes[place]
      guard byte > 0x20, byte < 0x7F else { return nil }
      let sign = String(decoding: [byte], as: UTF8.self)
      return finding(
        "a text cannot begin with `\(sign)`: it must be quoted",
        element(at: place),
        at: place
      )
    }
    let own: [UInt8] = [0x5B, 0x7B, 0x21, 0x26, 0x2A, 0x7C, 0x3E]
    if line.hasKey, let byte = line.sign, own.contains(byte), offset > line.value,
      !isInsideFlow,
      problem.contains("expected key") || problem.contains("comment or line break")
        || problem.contains("whitespace or line break") || problem.contains("could not find")
    {
      let sign = String(decoding: [byte], as: UTF8.self)
      return finding(
        "a text that begins with `\(sign)` must be quoted",
        quoting,
        at: line.value
      )
    }
    if problem.contains("block sequence entries"), line.hasKey, offset == line.value {
      return finding("a text that begins with `- ` must be quoted", quoting)
    }
    return nil
  }

  private func sign(before place: Int) -> Int {
    var at = min(place, source.bytes.count - 1)
    let signs: [UInt8] = [0x2A, 0x26, 0x21]
    while at > line.bytes.startIndex, !signs.contains(source.bytes[at]) { at -= 1 }
    return signs.contains(source.bytes[at]) ? at : place
  }

  /// How a text is quoted that begins at a place: the value of a line, or an element of a list.
  private func element(at place: Int) -> String {
    if place == line.value { return quoting }
    var end = place
    while end < line.bytes.endIndex, ![0x2C, 0x5D, 0x7D].contains(line.bytes[end]) { end += 1 }
    guard line.bytes.indices.contains(place), end > place else { return "Put it in single quotes." }
    return "Put it in single quotes: `\(SyntaxLine.inQuotes(line.bytes[place..<end]))`."
  }

  private var isInsideFlow: Bool { FlowLine(line, upTo: offset) != nil }

  /// `[a, , b]`
  private func emptyElement() -> Finding? {
    guard problem.contains("expected node content"), let flow = FlowLine(line, upTo: offset) else {
      return nil
    }
    let texts = flow.elements.filter { !$0.isEmpty }
      .map { "`\(String(decoding: $0, as: UTF8.self))`" }
    let shown = texts.prefix(12).joined(separator: ", ")
    return finding(
      "nothing stands between two commas; before them \(texts.count) elements were read: \(shown)",
      "Remove a comma, or write `''` for an empty text; quote a text that has commas."
    )
  }

  /// `run: sed s/a: 1/a: 2/`
  private func colonInside() -> Finding? {
    guard problem.contains("mapping values are not allowed"), line.hasKey, offset > line.value,
      line.bytes.indices.contains(offset)
    else { return nil }
    return finding("a colon and a blank stand inside an unquoted text", quoting)
  }

  /// `title: "a" b`
  private func afterQuote() -> Finding? {
    guard let sign = line.sign, sign == 0x22 || sign == 0x27, line.bytes.indices.contains(offset),
      offset > line.value, !isInsideFlow,
      problem.contains("expected key") || problem.contains("could not find")
        || problem.contains("mapping values")
    else { return nil }
    return finding("the text goes on after its closing quote", quoting)
  }

  /// A line of a block scalar that is indented less than its first.
  private func leftBlock() -> Finding? {
    guard
      [
        "could not find expected ':'", "expected key", "mapping values", "<document start>",
        "'-' indicator", "cannot start any token",
      ].contains(where: problem.contains)
    else { return nil }
    // libyaml may notice on the line after; the first line that left the block is the one.
    var first: Int?
    for at in stride(from: number, to: max(0, number - 200), by: -1) {
      let above = SyntaxLine(source.line(at))
      guard !above.isBlank else { continue }
      if above.beginsBlock, let first, first > at {
        return left(blockAt: at, above)
      }
      first = at
    }
    return nil
  }

  private func left(blockAt header: Int, _ above: SyntaxLine) -> Finding? {
    var width: Int?
    for at in (header + 1)...max(header + 1, number) {
      let text = SyntaxLine(source.line(at))
      if text.isBlank { continue }
      let wanted = width ?? text.indentation
      if width == nil { width = text.indentation }
      // A line at the header's own depth or further left begins something new, unless it has
      // no key.
      if text.indentation < wanted, text.indentation > above.indentation || !text.hasKey {
        return finding(
          "this line is indented less than the text above it, which began on line \(header)",
          "Indent it by \(wanted) spaces, as the first line of the text.",
          at: text.bytes.startIndex + text.indentation
        )
      }
      if text.indentation < wanted { return nil }
    }
    return nil
  }

  /// Every backslash of the quoted text that begins no escape of YAML's.
  private func escapes() -> [Finding] {
    let bytes = source.bytes
    let known = Set("0abtnvfre \"/\\N_LPxuU\t\n\r".utf8)
    var found: [Finding] = []
    var at = offset
    if byte != 0x5C, at > 0, bytes[at - 1] == 0x5C { at -= 1 }
    while at + 1 < bytes.count, bytes[at] != 0x22, found.count < 20 {
      guard bytes[at] == 0x5C else {
        at += 1
        continue
      }
      if !known.contains(bytes[at + 1]) {
        let sign = String(
          decoding: bytes[at...].dropFirst().prefix { $0 > 0x20 }.prefix(1),
          as: UTF8.self
        )
        found.append(
          finding(
            "`\\\(sign)` is no escape in double quotes",
            "Use single quotes, where a backslash is a backslash, or write `\\\\\(sign)`.",
            at: at
          )
        )
      }
      at += 2
    }
    return found.isEmpty
      ? [finding("an escape is unknown", "Use single quotes, where a backslash is a backslash.")]
      : found
  }

  // MARK: What libyaml says

  private static let table: [(part: String, message: String, fix: String)] = [
    (
      "mapping values are not allowed", "a second `:` on this line makes no key",
      "Put a text that has `: ` in it in quotes, or correct the indentation."
    ),
    (
      "could not find expected ':'", "this line has no `:`",
      "Write `key: value`; a longer text needs quotes or `>-`."
    ),
    (
      "did not find expected key", "a key is expected here",
      "Check the indentation, and that brackets and quotes above are closed."
    ),
    (
      "did not find expected '-' indicator", "a `- ` is expected here",
      "Give every element of the list the same indentation."
    ),
    (
      "did not find expected ',' or", "a `,` or a closing bracket is expected here",
      "Close the bracket above, or separate with a comma."
    ),
    (
      "unexpected end of stream", "a quote is never closed", "Close it where the text ends."
    ),
    (
      "found unexpected document indicator", "a quote is never closed before `---`",
      "Close it where the text ends."
    ),
    (
      "block sequence entries are not allowed", "a list cannot begin here",
      "Begin the list on a line of its own."
    ),
    (
      "did not find expected <document start>", "the text goes on after its end",
      "Check the indentation of this line."
    ),
    (
      "expected node content", "a value is missing here", "Write it, or remove the sign before it."
    ),
    (
      "comment or line break", "nothing may stand after `|` or `>` on its line",
      "Begin the text on the next line, or put the whole text in quotes."
    ),
    (
      "indentation indicator", "the number after `|` or `>` is no indentation",
      "Leave it out: the first line of the text tells."
    ),
    (
      "hexdecimal number", "the escape lacks digits of a hexadecimal number",
      "Use single quotes, where a backslash is a backslash."
    ),
    (
      "whitespace or line break", "a blank is missing here", "Put the text in quotes."
    ),
    (
      "block mapping keys", "a key cannot begin here", "Begin it on a line of its own."
    ),
    ("mapping keys are not allowed", "a key cannot begin here", "Put a text with `?` in quotes."),
    (
      "directive", "a line that begins with `%` is a directive, which is not read",
      "Indent the text, or put it in quotes."
    ),
    ("invalid Unicode", "the escape is no character", "Write the character itself."),
    ("tag", "a tag is not read", "Put a text that begins with `!` in quotes."),
  ]

  private func known() -> Finding {
    if let known = Self.table.first(where: { problem.contains($0.part) }) {
      return finding(known.message, known.fix)
    }
    return finding("this is not YAML: \(problem)", "Correct the text here.")
  }
}
