import Testing

@testable import TUI

@Suite("Keys in writing")
struct KeyNotationTests {
  @Test(
    "are read and written",
    arguments: [
      ("ctrl-d", Key.control("d")), ("enter", .enter), ("esc", .escape), ("pgdn", .pageDown),
      ("G", .character("G")), ("?", .character("?")), ("space", .space), ("f5", .function(5)),
      ("alt-x", .alt("x")), ("shift-tab", .backTab), ("ctrl-space", .control(" ")),
      ("日", .character("日")), ("-", .character("-")),
    ]
  )
  func roundTrip(notation: String, key: Key) {
    #expect(Key(notation) == key)
    #expect(key.description == notation)
  }

  @Test(
    "have other names too",
    arguments: [
      ("Ctrl-D", Key.control("d")), ("ctrl-i", .tab), ("ctrl-m", .enter), ("ESC", .escape),
      ("return", .enter), ("pagedown", .pageDown), (" ", .space),
    ]
  )
  func aliases(notation: String, key: Key) {
    #expect(Key(notation) == key)
  }

  @Test(
    "are refused when they mean nothing",
    arguments: ["", "ctrl-", "ctrl-ä", "f25", "foo", "alt-", "\u{1B}", "\u{202E}"]
  )
  func refused(notation: String) {
    #expect(Key(notation) == nil)
  }
}
