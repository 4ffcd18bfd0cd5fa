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

@Suite("What the keyboard sends")
struct InputDecoderTests {
  private func events(_ raw: [RawKey], pausing: Bool = true) -> [InputEvent] {
    var decoder = InputDecoder()
    raw.forEach { decoder.feed($0) }
    if pausing { decoder.pause() }
    var events: [InputEvent] = []
    while let event = decoder.next() { events.append(event) }
    return events
  }

  private func raw(_ text: String) -> [RawKey] {
    text.unicodeScalars.map { .character($0.value) }
  }

  @Test(
    "becomes keys",
    arguments: [
      ("a", [Key.character("a")]), ("\u{1B}", [.escape]), ("\u{1B}x", [.alt("x")]),
      ("\r", [.enter]), ("\n", [.control("j")]), ("\t", [.tab]), ("\u{8}", [.backspace]),
      ("\u{0}", [.control(" ")]), ("\u{1C}", [.control("\\")]), ("\u{9B}", [.unknown]),
      ("\u{1B}\u{1B}", [.escape, .escape]),
    ] as [(String, [Key])]
  )
  func keys(text: String, keys: [Key]) {
    #expect(events(raw(text)) == keys.map { .key($0) })
  }

  @Test(
    "but an unknown sequence is one unknown key and not its letters",
    arguments: ["\u{1B}[1;5C", "\u{1B}[?64;1c", "\u{1B}Ox", "\u{1B}[27;5;13~"]
  )
  func unknownSequence(text: String) {
    #expect(events(raw(text + "j")) == [.key(.unknown), .key(.character("j"))])
  }

  @Test("and a paste is one event with its lines")
  func paste() {
    let pasted = [RawKey.pasteStart] + raw("q\r\nrm -rf\r\u{1B}[A") + [.pasteEnd] + raw("x")
    #expect(events(pasted) == [.paste("q\nrm -rf\n\u{1B}[A"), .key(.character("x"))])
  }

  @Test("and a paste whose end is lost still arrives")
  func lostPasteEnd() {
    var decoder = InputDecoder()
    decoder.feed(.pasteStart)
    raw("text").forEach { decoder.feed($0) }
    decoder.pause()
    #expect(decoder.next() == nil)
    #expect(decoder.patience != nil)
    decoder.timeOut()
    #expect(decoder.next() == .paste("text"))
    #expect(decoder.patience == nil)
  }

  @Test("and a paste without end does not fill the memory")
  func hugePaste() {
    var decoder = InputDecoder()
    decoder.feed(.pasteStart)
    for _ in 0..<(InputDecoder.pasteLimit + 10) { decoder.feed(.character(0x61)) }
    decoder.feed(.pasteEnd)
    guard case .paste(let text) = decoder.next() else {
      Issue.record("no paste arrived")
      return
    }
    #expect(text.utf8.count == InputDecoder.pasteLimit)
  }
}
