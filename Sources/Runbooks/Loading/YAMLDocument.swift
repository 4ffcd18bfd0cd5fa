internal import CYAML

/// A YAML file as a tree, with the text it came from.
///
/// Anchors, aliases, tags and merge keys are refused outright: a runbook is
/// read from top to bottom by someone who was asleep five minutes ago, and
/// what cannot be written cannot expand without bound.
struct YAMLDocument: Sendable {
  /// The deepest nesting.
  static let maximumDepth = 64
  /// The most nodes, keys included.
  static let maximumNodes = 100_000

  let source: SourceText
  let root: YAMLNode
}

extension YAMLDocument {
  /// Reads a file's bytes.
  ///
  /// Every problem is collected; a syntax error ends the reading, and there is
  /// no document then.
  static func read(
    _ source: SourceText,
    problems: inout [RunbookProblem]
  ) -> YAMLDocument? {
    if let problem = source.problem {
      problems.append(problem)
      return nil
    }
    let (root, found) = source.bytes.withUnsafeBufferPointer {
      bytes -> (YAMLNode?, [RunbookProblem]) in
      var empty: UInt8 = 0
      return withUnsafePointer(to: &empty) { placeholder in
        guard let parser = cy_parser_new(bytes.baseAddress ?? placeholder, bytes.count) else {
          return (nil, [RunbookProblem("no memory", fix: "Try again.", at: source.position(at: 0))])
        }
        defer { cy_parser_free(parser) }
        var builder = Builder(source: source, parser: parser)
        let root = builder.document()
        return (root, builder.problems)
      }
    }
    problems += found
    guard let document = root.map({ YAMLDocument(source: source, root: $0) }) else { return nil }
    problems += CutText(in: document).problems
    return document
  }

  /// Builds the tree from the events; the parser is freed by its owner.
  private struct Builder {
    let source: SourceText
    let parser: OpaquePointer
    var problems: [RunbookProblem] = []
    var nodes = 0
    /// A place in the text in characters and in bytes; it follows the events.
    private var cursor = (index: 0, offset: 0)

    init(source: SourceText, parser: OpaquePointer) {
      self.source = source
      self.parser = parser
    }

    /// Thrown after the problem has been noted: nothing more can be read.
    struct Halt: Error {}

    mutating func document() -> YAMLNode? {
      do throws(Halt) {
        let first = try next()
        guard first.kind == CY_DOCUMENT else {
          note("the file is empty", fix: "Begin it with `apiVersion: mailconsole/v1`.", at: first)
          return nil
        }
        let root = try node(try next(), depth: 1)
        let after = try next()
        guard after.kind == CY_END else {
          note(
            "a second document begins here; nothing of the file is used",
            fix: "Write one document a file, without `---`.",
            at: after
          )
          return nil
        }
        return root
      } catch {
        return nil
      }
    }

    private mutating func node(_ event: cy_event, depth: Int) throws(Halt) -> YAMLNode {
      nodes += 1
      guard nodes <= YAMLDocument.maximumNodes else {
        throw halt(
          "there are more than \(YAMLDocument.maximumNodes) values",
          fix: "Split the file; keep data out of it.",
          at: event
        )
      }
      guard depth <= YAMLDocument.maximumDepth else {
        throw halt(
          "the nesting is deeper than \(YAMLDocument.maximumDepth)",
          fix: "Flatten it.",
          at: event
        )
      }
      refuseExtras(of: event)
      let mark = mark(of: event)
      let offset = offset(of: event)
      switch event.kind {
      case CY_SCALAR:
        return YAMLNode(content: .scalar(scalar(event)), mark: mark, offset: offset)
      case CY_SEQUENCE:
        var elements: [YAMLNode] = []
        var event = try next()
        while event.kind != CY_SEQUENCE_END {
          elements.append(try node(event, depth: depth + 1))
          event = try next()
        }
        return YAMLNode(content: .sequence(elements), mark: mark, offset: offset)
      case CY_MAPPING:
        let fields = try mapping(depth: depth)
        return YAMLNode(content: .mapping(fields), mark: mark, offset: offset)
      default:
        // An alias, refused above; an empty text stands in for it.
        let scalar = YAMLScalar(text: "", style: .singleQuoted)
        return YAMLNode(content: .scalar(scalar), mark: mark, offset: offset)
      }
    }

    private mutating func mapping(depth: Int) throws(Halt) -> [YAMLField] {
      var fields: [YAMLField] = []
      var lines: [String: Int32] = [:]
      var event = try next()
      while event.kind != CY_MAPPING_END {
        let keyEvent = event
        let key = try node(event, depth: depth + 1)
        let value = try node(try next(), depth: depth + 1)
        event = try next()
        guard let name = key.scalar?.text else {
          note("a key must be a single word", fix: "Write `key: value`.", at: keyEvent)
          continue
        }
        if name == "<<" {
          note("merge keys are not read", fix: "Write the keys out.", at: keyEvent)
        } else if let line = lines[name] {
          note(
            "the key `\(name)` is already given on line \(line)",
            fix: "Keep one of the two.",
            at: keyEvent
          )
        } else {
          lines[name] = key.mark.line
          fields.append(YAMLField(key: name, keyMark: key.mark, value: value))
        }
      }
      return fields
    }

    private func scalar(_ event: cy_event) -> YAMLScalar {
      let bytes = UnsafeRawBufferPointer(start: event.text, count: event.length)
      let style: YAMLScalar.Style =
        switch event.style {
        case CY_SINGLE_QUOTED: .singleQuoted
        case CY_DOUBLE_QUOTED: .doubleQuoted
        case CY_LITERAL: .literal
        case CY_FOLDED: .folded
        default: .plain
        }
      return YAMLScalar(text: String(decoding: bytes, as: UTF8.self), style: style)
    }

    private mutating func refuseExtras(of event: cy_event) {
      let name = event.anchor.map { String(cString: $0) } ?? ""
      if event.kind == CY_ALIAS {
        note(
          "a text that begins with `*` must be quoted (`*\(name)`)",
          fix: "Put the whole text in single quotes; aliases are not read.",
          at: event
        )
      } else if event.anchor != nil {
        note(
          "anchors and aliases are not read (`&\(name)`)",
          fix: "Write the value out; a text that begins with `&` needs quotes.",
          at: event
        )
      }
      if let tag = event.tag {
        note(
          "tags are not read (`\(String(cString: tag))`)",
          fix: "Remove it; put a text in quotes.",
          at: event
        )
      }
      if event.kind == CY_SCALAR, event.length > 0,
        UnsafeRawBufferPointer(start: event.text, count: event.length).contains(0)
      {
        note("a NUL stands in the text", fix: "Remove the escape.", at: event)
      }
    }

    // MARK: Events

    private mutating func next() throws(Halt) -> cy_event {
      let event = cy_parser_next(parser)
      guard event.kind != CY_ERROR else {
        let problem = event.problem.map { String(cString: $0) } ?? ""
        for finding in SyntaxAdvice.explain(problem, in: source, at: source.clamp(mark(of: event)))
        {
          problems.append(
            RunbookProblem(
              finding.message,
              fix: finding.fix,
              at: source.position(at: finding.offset)
            )
          )
        }
        throw Halt()
      }
      return event
    }

    /// The byte an event begins at; cheap because events come in the order of the text.
    private mutating func offset(of event: cy_event) -> Int {
      let bytes = source.bytes
      let index = Int(clamping: event.index)
      while cursor.index < index, cursor.offset < bytes.count {
        cursor.index += 1
        repeat {
          cursor.offset += 1
        } while cursor.offset < bytes.count && bytes[cursor.offset] & 0xC0 == 0x80
      }
      while cursor.index > index, cursor.offset > 0 {
        cursor.index -= 1
        repeat { cursor.offset -= 1 } while cursor.offset > 0 && bytes[cursor.offset] & 0xC0 == 0x80
      }
      return cursor.offset
    }

    private func mark(of event: cy_event) -> TextMark {
      TextMark(line: Int(clamping: event.line), column: Int(clamping: event.column))
    }

    private mutating func note(_ message: String, fix: String, at event: cy_event) {
      guard problems.count < Reader.maximumProblems else { return }
      let mark = source.inside(mark(of: event))
      problems.append(RunbookProblem(message, fix: fix, at: mark.position(in: source.file)))
    }

    private mutating func halt(_ message: String, fix: String, at event: cy_event) -> Halt {
      note(message, fix: fix, at: event)
      return Halt()
    }
  }
}
