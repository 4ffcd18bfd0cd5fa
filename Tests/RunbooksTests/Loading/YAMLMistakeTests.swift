import Testing

@testable import Runbooks

/// Mistakes as people make them, and where and in which words they are told.
@Suite("A mistake in YAML") struct YAMLMistakeTests {
  private func told(_ text: String) -> [String] {
    var problems: [RunbookProblem] = []
    let source = SourceText(file: "f", bytes: Array(text.utf8))
    _ = YAMLDocument.read(source, problems: &problems)
    return problems.sorted().map(\.description)
  }

  @Test(
    "is told at its place, with the line to write instead",
    arguments: [
      (
        "run: sed s/a: 1/a: 2/ x\n",
        "1:13: error: a colon and a blank stand inside an unquoted text. "
          + "Put the whole text in single quotes: `run: 'sed s/a: 1/a: 2/ x'`."
      ),
      (
        "- title: it's: so\n",
        "1:14: error: a colon and a blank stand inside an unquoted text. "
          + "Put the whole text in single quotes: `- title: 'it''s: so'`."
      ),
      (
        "title: *.test\n",
        "1:8: error: a text cannot begin with `*`: it must be quoted. "
          + "Put the whole text in single quotes: `title: '*.test'`."
      ),
      ("title: *log\n", "1:8: error: a text that begins with `*` must be quoted (`*log`)"),
      (
        "run: [ls, *.log]\n",
        "1:11: error: a text cannot begin with `*`: it must be quoted. "
          + "Put it in single quotes: `'*.log'`."
      ),
      ("title: & x\n", "1:8: error: a text cannot begin with `&`"),
      ("title: %d of it\n", "1:8: error: a text cannot begin with `%`"),
      ("title: `x`\n", "1:8: error: a text cannot begin with ```"),
      ("title: !important\n", "1:8: error: tags are not read (`!important`)"),
      (
        "title: {a} of it\n",
        "1:8: error: a text that begins with `{` must be quoted. "
          + "Put the whole text in single quotes: `title: '{a} of it'`."
      ),
      ("title: [a] of it\n", "1:8: error: a text that begins with `[` must be quoted"),
      ("title: > than it\n", "1:8: error: a text that begins with `>` must be quoted"),
      ("title: - of it\n", "1:8: error: a text that begins with `- ` must be quoted"),
      ("title: \"a\" of it\n", "error: the text goes on after its closing quote"),
      (
        "run: [get, jsonpath={.items[*].name}]\n",
        "1:21: error: the unquoted text ends at `{`, which begins something of its own here. "
          + "Put the whole argument in single quotes: `'jsonpath={.items[*].name}'`."
      ),
      (
        "run: [echo, a,b, 'c, d', , e]\n",
        "1:26: error: nothing stands between two commas; before them 4 elements were read: "
          + "`echo`, `a`, `b`, `'c, d'`."
      ),
      ("a: |\n   one\n  two\nb: 1\n", "3:3: error: this line is indented less than the text above"),
      ("a: >-\n  one\ntwo\nb: 1\n", "3:1: error: this line is indented less than the text above"),
      ("a:\n\tb: 1\n", "2:1: error: a tab stands in the indentation"),
      ("a: |x\n  b\n", "error: a text that begins with `|` must be quoted"),
      ("a: 1\n\u{FEFF}b: 2\n", "2:1: error: a byte order mark (invisible) stands in the text"),
      ("\u{FEFF}\u{FEFF}a: 1\n", "1:1: error: a byte order mark (invisible) stands in the text"),
      ("a: 'x \u{FEFF}'\n", "1:7: error: a byte order mark (invisible) stands in the text"),
      ("a: 1\n---\nb: 2\n", "2:1: error: a second document begins here; nothing of the file"),
    ]
  )
  func words(text: String, expected: String) {
    let told = told(text)
    #expect(told.contains { $0.contains(expected) }, "\(told)")
    #expect(told.allSatisfy { !$0.contains("this is not YAML") && !$0.contains("\u{FEFF}") })
  }

  @Test("every wrong backslash of a text in double quotes is told at its column")
  func escapes() {
    let told = told("- \"\\d+ \\n \\$ \\'\"\n")
    #expect(
      told.map { $0.prefix(34) } == [
        "f:1:4: error: `\\d` is no escape in", "f:1:11: error: `\\$` is no escape i",
        "f:1:14: error: `\\'` is no escape i",
      ]
    )
  }

  @Test(
    "a comment that cuts a text is a warning at its `#`, with the whole text to copy",
    arguments: [
      (
        "- title: x #4711 only\n",
        "f:1:12: warning: the text from `#` on is a comment; what counts ends with ‘x’. If it belongs "
          + "to the text, put the whole in single quotes: `- title: 'x #4711 only'`."
      ),
      ("purpose: Hold it # but no more\n", "f:1:18: warning"),
      ("run:\n  - a | grep -c b # count\n", "f:2:19: warning"),
      ("owner: é #4\n", "f:1:10: warning"),
      ("note: one\n  two #3\n  \n", "f:2:7: warning"),
    ]
  )
  func cuts(text: String, expected: String) {
    let told = told(text)
    #expect(told.count == 1 && told.allSatisfy { $0.hasPrefix(expected) }, "\(told)")
  }

  @Test(
    "a comment that is one, and a `#` in quotes or in a word, is none",
    arguments: [
      "risk: read # nothing changes\n", "title: 'x #4711'\n", "title: x#4711\n",
      "title: x # y\n"
        .replacing("title", with: "id"), "title: >-\n  x #4711\n", "# title: x #1\na: 1\n",
      "a: [b, c] #1\n", "a: 1 ## a heading\n",
    ]
  )
  func comments(text: String) {
    #expect(told(text) == [])
  }

  @Test("texts are never read as less than the file holds", arguments: ["\n", "\r\n"])
  func steps(end: String) {
    let text = "steps:\n  - id: a\n\u{FEFF}  - id: b\n".replacing("\n", with: end)
    #expect(told(text).contains { $0.hasPrefix("f:3:1: error: a byte order mark") })
  }
}
