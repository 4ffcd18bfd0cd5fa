import Testing

@testable import TUI

@Suite("Text is measured as it is drawn")
struct TextMeasuringTests {
  @Test(
    "in columns",
    arguments: [
      ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👍", 2), ("한", 2), ("─│", 2),
      ("\u{301}", 1), ("\u{1B}", 1), ("\u{202E}", 8), ("a\tb", 9), ("👨\u{200D}👩", 12),
    ]
  )
  func columns(text: String, columns: Int) {
    #expect(CellWidth.columns(of: text) == columns)
  }

  @Test("with at most five scalars in a cell, as ncurses stores")
  func combining() {
    let stacked = "a" + String(repeating: "\u{301}", count: 40)
    let cells = Array(CellSequence(stacked, glyphs: .unicode))
    #expect(cells.map(\.text.unicodeScalars.count) == [5])
  }

  @Test(
    "and shortened to fit",
    arguments: [
      (Ellipsis.end, "abcdefgh", 5, "abcd…"), (.start, "abcdefgh", 5, "…efgh"),
      (.middle, "abcdefgh", 5, "ab…gh"), (.middle, "abcdefgh", 6, "abc…gh"),
      (.end, "abc", 3, "abc"), (.end, "日本語", 5, "日本…"), (.end, "日本語", 4, "日…"),
      (.start, "日本語", 4, "…語"), (.end, "abc", 1, "…"), (.end, "abc", 0, ""),
    ]
  )
  func ellipsis(ellipsis: Ellipsis, text: String, columns: Int, fitted: String) {
    #expect(ellipsis.fit(text, columns: columns) == fitted)
  }

  @Test(
    "and wrapped at blanks",
    arguments: [
      ("the quick brown fox", 10, ["the quick", "brown fox"]),
      ("  indented text stays indented", 14, ["  indented", "  text stays", "  indented"]),
      ("averyveryverylongword end", 10, ["averyveryv", "erylongwor", "d end"]),
      ("日本語の文章", 5, ["日本", "語の", "文章"]),
      ("one\n\ntwo", 10, ["one", "", "two"]),
      ("", 10, []),
    ]
  )
  func wrap(text: String, columns: Int, lines: [String]) {
    #expect(TextWrapping.wrap(text, columns: columns) == lines)
  }

  @Test("and chopped anywhere, but never through a wide character")
  func chop() {
    #expect(TextWrapping.chop("ab日本c", columns: 3) == ["ab", "日", "本c"])
    #expect(TextWrapping.chop("", columns: 3) == [""])
  }
}

@Suite("A filter typed after /")
struct TextFilterTests {
  @Test(
    "finds",
    arguments: [
      ("postfix", "Postfix queue", true), ("Postfix", "postfix queue", false),
      ("!queue", "postfix queue", false), ("!queue", "dovecot", true),
      ("^po.*x$", "postfix", true), ("^po.*x$", "a postfix", false), ("(", "a (b)", true),
    ]
  )
  func matches(pattern: String, text: String, isWanted: Bool) throws {
    let filter = try #require(TextFilter(pattern))
    #expect(filter.matcher()(text) == isWanted)
  }

  @Test("marks what it found, once each")
  func marked() throws {
    let marked = try #require(TextFilter("ab")).marker()("xabyAB")
    #expect(
      marked == [.init("x"), .init("ab", .match), .init("y"), .init("AB", .match), .init("")]
    )
    #expect(try #require(TextFilter("a*")).marker()("b").plain == "b")
  }

  @Test("is none when empty", arguments: ["", "!"])
  func empty(text: String) {
    #expect(TextFilter(text) == nil)
  }
}
