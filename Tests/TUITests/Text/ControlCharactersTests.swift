import Testing

@testable import TUI

@Suite("Untrusted text is made harmless")
struct ControlCharactersTests {
  @Test(
    "in Unicode signs",
    arguments: [
      ("plain text", "plain text"),
      ("\u{1B}[31mred", "␛[31mred"),
      ("\u{1B}]52;c;ZXZpbA==\u{7}", "␛]52;c;ZXZpbA==␇"),
      ("\u{1B}]0;title\u{1B}\\", "␛]0;title␛\\"),
      ("a\u{0}b\u{8}c\u{7F}", "a␀b␈c␡"),
      ("one\r\ntwo", "one␍␊two"),
      ("\u{9B}31m", "<U+009B>31m"),
      ("user\u{202E}gnp.exe", "user<U+202E>gnp.exe"),
      ("\u{2066}a\u{2069}\u{200E}\u{200F}", "<U+2066>a<U+2069><U+200E><U+200F>"),
      ("a\u{2028}b\u{2029}c", "a<U+2028>b<U+2029>c"),
      ("exa\u{200B}mple\u{FEFF}", "exa<U+200B>mple<U+FEFF>"),
      ("\u{E0041}", "<U+E0041>"),
      ("\u{E000}", "<U+E000>"),
      ("soft\u{AD}hyphen", "soft<U+00AD>hyphen"),
      ("❤\u{FE0F}", "❤"),
      ("日本 café Ωμέγα", "日本 café Ωμέγα"),
      ("e\u{301}", "e\u{301}"),
    ]
  )
  func unicode(text: String, shown: String) {
    #expect(ControlCharacters.sanitise(text) == shown)
  }

  @Test(
    "in ASCII",
    arguments: [
      ("\u{1B}[31mred", "^[[31mred"), ("a\u{0}b\u{7F}", "a^@b^?"), ("café", "caf?"),
      ("日本", "??"), ("a…b → c", "a...b -> c"), ("\u{202E}", "<U+202E>"), ("e\u{301}", "e"),
    ]
  )
  func ascii(text: String, shown: String) {
    #expect(ControlCharacters.sanitise(text, glyphs: .ascii) == shown)
  }

  @Test("and tabs go to the next stop of eight")
  func tabs() {
    #expect(ControlCharacters.sanitise("a\tb\t\tc") == "a       b               c")
    #expect(ControlCharacters.sanitise("日\tx") == "日      x")
  }

  @Test(
    "and bytes that are no UTF-8 are shown one by one",
    arguments: [
      ([0x61, 0xFF, 0x62], "a<FF>b"), ([0xC0, 0x80], "<C0><80>"), ([0xE6, 0x97], "<E6><97>"),
      ([0xED, 0xA0, 0x80], "<ED><A0><80>"), ([0xF0, 0x9F, 0x98, 0x80], "😀"),
      ([0xF5, 0x80], "<F5><80>"), ([], ""),
    ] as [([UInt8], String)]
  )
  func invalidUTF8(bytes: [UInt8], shown: String) {
    #expect(ControlCharacters.sanitise(bytes) == shown)
  }

  @Test("and a line of 10 kB is cut at the limit")
  func longLine() {
    let line = String(repeating: "x", count: 10_240)
    let shown = ControlCharacters.sanitise(line)
    #expect(shown.count == ControlCharacters.lineLimit + 1)
    #expect(shown.hasSuffix("x…"))
    #expect(ControlCharacters.sanitise(Array(line.utf8), limit: 10) == "xxxxxxxxxx…")
  }

  @Test("and making it so twice changes nothing", arguments: [GlyphSet.unicode, .ascii])
  func idempotent(glyphs: GlyphSet) {
    let nasty = "a\tb\u{1B}[2J\u{202E}日\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{FE0F}❤\r\n"
    let once = ControlCharacters.sanitise(nasty, glyphs: glyphs)
    #expect(ControlCharacters.sanitise(once, glyphs: glyphs) == once)
  }

  @Test("and lines end in LF, CR LF or nothing")
  func lines() {
    #expect(ControlCharacters.lines(of: "a\r\nb\n\nc") == ["a", "b", "", "c"])
    #expect(ControlCharacters.lines(of: "a\n") == ["a"])
    #expect(ControlCharacters.lines(of: "") == [])
  }
}
