import Testing

@testable import TUI

/// One read after the other: what came, and how long after the one before.
private struct Reads {
  var decoder = InputDecoder()
  var now = ContinuousClock.now
  private(set) var events: [InputEvent] = []

  mutating func read(_ text: String, after milliseconds: Int = 180) {
    read(Array(text.utf8), after: milliseconds)
  }

  mutating func read(_ bytes: [UInt8], after milliseconds: Int = 180) {
    pass(milliseconds)
    decoder.feed(bytes, at: now)
    collect()
  }

  /// Lets time pass in which nothing comes.
  mutating func pass(_ milliseconds: Int) {
    let then = now + .milliseconds(milliseconds)
    while let deadline = decoder.deadline, deadline < then {
      decoder.timeOut(at: deadline); collect()
    }
    now = then
  }

  private mutating func collect() {
    while let event = decoder.next() { events.append(event) }
  }

  static func events(_ texts: String..., rest milliseconds: Int = 0) -> [InputEvent] {
    var reads = Reads()
    for text in texts { reads.read(text) }
    reads.pass(milliseconds)
    return reads.events
  }
}

private let paste = "drain mx2\rNode: worker-3\rto be done at 02:00\r"
private let pasted = InputEvent.paste("drain mx2\nNode: worker-3\nto be done at 02:00\n")

@Suite("Answers of the terminal that come late are no keys")
struct LateAnswerTests {
  static let answers: [(String, String)] = [
    ("a background colour that ends with ST", "\u{1B}]11;rgb:1414/1919/1f1f\u{1B}\\"),
    (
      "two colours that end with BEL",
      "\u{1B}]10;rgb:e6e6/e1e1/cfcf\u{7}\u{1B}]11;rgb:3030/3434/4646\u{7}"
    ),
    ("device attributes", "\u{1B}[?61;4;6;7;14;21;22;23;24;28;32;42;52c"),
    ("secondary device attributes", "\u{1B}[>0;10;1c"),
    ("a status report", "\u{1B}[0n"),
    ("the cursor's place", "\u{1B}[24;80R"),
    ("a mode", "\u{1B}[?2026;2$y"),
    ("the size of the window", "\u{1B}[8;24;80t"),
    ("the keyboard's flags", "\u{1B}[?0u"),
    ("the name of the terminal", "\u{1B}P>|ghostty 1.0.0\u{1B}\\"),
    ("settings and terminfo", "\u{1B}P1$r0m\u{1B}\\\u{1B}P1+r5463=31\u{1B}\\"),
    ("the clipboard", "\u{1B}]52;c;otaqotaqotay\u{1B}\\"),
    ("a graphics answer (APC)", "\u{1B}_Gi=31;OK\u{1B}\\"),
    ("a privacy message (PM)", "\u{1B}^pta\r\u{1B}\\"),
    ("a start of string (SOS)", "\u{1B}Xpta\r\u{1B}\\"),
    ("a mouse click", "\u{1B}[M X4\u{1B}[M#X4"),
    ("a mouse click on letters", "\u{1B}[M ot\u{1B}[M#ot"),
    ("a mouse click in UTF-8", "\u{1B}[M a\u{85}\u{1B}[M#a\u{85}"),
    ("a mouse click at column 187", "\u{1B}[M \u{DB}t\u{1B}[M#ot"),
    ("mouse reports with numbers", "\u{1B}[<0;90;14M\u{1B}[<0;90;14m\u{1B}[<35;38;27M"),
    ("mouse reports of rxvt", "\u{1B}[32;90;14M"),
    ("one byte controls", "\u{9B}?61;1c\u{9D}11;rgb:1/2/3\u{7}"),
    ("a string that is broken off", "\u{1B}]11;rgb:14\u{18}"),
  ]

  @Test("whole", arguments: answers)
  func whole(name: String, answer: String) {
    #expect(Reads.events(answer, rest: 3000) == [])
  }

  @Test("torn anywhere by a pause, but for the ESC key itself", arguments: answers)
  func torn(name: String, answer: String) {
    let bytes = Array(answer.utf8)
    for cut in 1..<bytes.count {
      for pause in [5, 50, 180, 900] {
        var reads = Reads()
        reads.read(Array(bytes[..<cut]))
        reads.read(Array(bytes[cut...]), after: pause)
        reads.pass(3000)
        let keys = reads.events.filter { $0 != .key(.escape) && $0 != .burst([.escape]) }
        #expect(keys == [], "cut at \(cut), \(pause) ms")
        #expect(reads.events.count <= 1)
      }
    }
  }

  @Test("in one byte C1 form, raw, too")
  func raw() {
    var reads = Reads()
    reads.read([0x9B] + Array("?61;1c".utf8) + [0x90] + Array(">|tpo\r".utf8) + [0x9C])
    #expect(reads.events == [])
  }

  @Test("and one that never ends stops swallowing after a second")
  func endless() {
    var reads = Reads()
    reads.read("\u{1B}]11;rgb:1414/1919/1f1f")
    reads.read("?", after: 1500)
    #expect(reads.events == [.key("?")])
  }

  @Test("nor does a person who types on keep it swallowing")
  func typedOn() {
    var reads = Reads()
    reads.read("\u{1B}]11;rgb:1414")
    for _ in 0..<6 { reads.read("j", after: 260) }
    #expect(reads.events == [.key("j"), .key("j"), .key("j")])
  }

  @Test("and one without measure does not swallow for ever")
  func measureless() {
    var reads = Reads()
    reads.read("\u{1B}]52;c;")
    let chunk = [UInt8](repeating: 0x74, count: 1 << 16)
    for _ in 0..<17 { reads.read(chunk, after: 1) }
    guard case .burst? = reads.events.first else {
      Issue.record("still swallowing: \(reads.events.count)")
      return
    }
  }

  @Test(
    "and without their introducer they are a burst and no keys",
    arguments: [
      "61;4;6;7;14;21;22;23;24;28;32;42;52c0;10;1c", "0;90;14M2;93;5M",
      "10;rgb:cccc/cccc/cccc\\11;rgb:1e1e/1e1e/1e1e\\",
    ]
  )
  func headless(text: String) {
    #expect(Reads.events(text) == [.burst(text.map { .character($0) })])
  }

  @Test("and focus is focus, asked for or not")
  func focus() {
    #expect(
      Reads.events("\u{1B}[I\u{1B}[O\u{1B}[I") == [.focus(true), .focus(false), .focus(true)]
    )
  }
}

@Suite("A paste is a paste, however it is cut")
struct PasteTests {
  @Test("at any byte, by any pause a link makes")
  func torn() {
    let bytes = Array("\u{1B}[200~\(paste)\u{1B}[201~".utf8)
    for cut in 1..<bytes.count {
      for pause in [1, 50, 180, 900] {
        var reads = Reads()
        reads.read(Array(bytes[..<cut]))
        reads.read(Array(bytes[cut...]), after: pause)
        let events = reads.events.filter { $0 != .key(.escape) }
        #expect(events == [pasted], "cut at \(cut), \(pause) ms")
      }
    }
  }

  @Test("byte by byte as well")
  func trickled() {
    var reads = Reads()
    for byte in Array("\u{1B}[200~\(paste)\u{1B}[201~".utf8) { reads.read([byte], after: 12) }
    #expect(reads.events == [pasted])
  }

  @Test("opened or closed twice")
  func twice() {
    #expect(
      Reads.events("\u{1B}[200~\u{1B}[200~worker-3\u{1B}[201~\u{1B}[201~") == [.paste("worker-3")]
    )
  }

  @Test("and what comes with its end is no press of a key")
  func hidden() {
    let events = Reads.events("\u{1B}[200~worker-3\u{1B}[201~\ra\u{1B}[200~x\u{1B}[201~")
    #expect(events == [.paste("worker-3"), .burst([.enter, .character("a")]), .paste("x")])
    #expect(
      Reads.events("\u{1B}[200~worker-3\u{1B}[20", "1~\r") == [
        .paste("worker-3"), .burst([.enter]),
      ]
    )
  }

  @Test("whose end is lost: the next key is part of it, and the keyboard lives on")
  func endless() {
    var reads = Reads()
    reads.read("\u{1B}[200~worker-3")
    reads.read("q", after: 300)
    reads.read("?", after: 2200)
    #expect(reads.events == [.paste("worker-3q"), .key("?")])
  }

  @Test("without its marks, or without the first, is a burst with its line ends in it")
  func unannounced() {
    for text in ["200~\(paste)201~", paste, "\(paste)\u{1B}[201~"] {
      let events = Reads.events(text)
      #expect(events.count == 1)
      guard case .burst(let keys)? = events.first else {
        Issue.record("\(events)")
        continue
      }
      #expect(keys.count { $0 == .enter } == 3)
    }
  }

  @Test("with controls and characters of four bytes, as they are")
  func hostile() {
    let text = "naïve – „Zitat“ 🫶 \u{202E}abc\t\u{7}\u{1B}[31m\u{0}\u{8}"
    #expect(Reads.events("\u{1B}[200~\(text)\u{1B}[201~") == [.paste(text)])
  }

  @Test("cut within a character")
  func tornCharacter() {
    var reads = Reads()
    reads.read(Array("\u{1B}[200~日".utf8) + [0xE6])
    reads.read([0x9C, 0xAC] + Array("\u{1B}[201~".utf8))
    #expect(reads.events == [.paste("日本")])
  }

  @Test("without end does not fill the memory")
  func huge() {
    var reads = Reads()
    reads.read("\u{1B}[200~")
    for _ in 0..<17 { reads.read([UInt8](repeating: 0x61, count: 1 << 16), after: 1) }
    reads.read("\u{1B}[201~", after: 1)
    guard case .paste(let text)? = reads.events.first else {
      Issue.record("no paste arrived")
      return
    }
    #expect(text.utf8.count == EscapeParser.pasteLimit)
  }
}

@Suite("A press of a key comes alone")
struct PressTests {
  @Test(
    "whole",
    arguments: [
      ("a", .character("a")), ("\r", .enter), ("\n", .control("j")), ("\t", .tab),
      ("\u{8}", .backspace), ("\u{7F}", .backspace), ("\u{0}", .control(" ")),
      ("\u{1C}", .control("\\")), ("日", .character("日")), ("\u{1B}", .escape),
      ("\u{1B}x", .alt("x")), ("\u{1B}ä", .alt("ä")), ("\u{1B}y", .alt("y")),
      ("\u{1B}\r", .unknown), ("\u{1B}[A", .up), ("\u{1B}OA", .up), ("\u{1B}[Z", .backTab),
      ("\u{1B}OM", .enter), ("\u{1B}OP", .function(1)), ("\u{1B}[[B", .function(2)),
      ("\u{1B}[24~", .function(12)), ("\u{1B}[1;5C", .unknown), ("\u{1B}Ox", .unknown),
      ("\u{1B}[97;5u", .control("a")), ("\u{1B}[97u", .character("a")),
      ("\u{1B}[97;2u", .character("A")), ("\u{1B}[27;5;97~", .control("a")),
      ("\u{1B}[13;5u", .unknown), ("\u{1B}[27;5;13~", .unknown), ("\u{1B}[13u", .enter),
      ("\u{1B}[97;3u", .alt("a")), ("\u{1B}[57358u", .unknown), ("\u{1B}[27u", .escape),
    ] as [(String, Key)]
  )
  func keys(text: String, key: Key) {
    #expect(Reads.events(text, rest: 3000) == [.key(key)])
  }

  @Test(
    "torn by a pause longer than that of a lone ESC",
    arguments: [
      ("\u{1B}[", "A", Key.up), ("\u{1B}O", "P", .function(1)), ("\u{1B}[5", "~", .pageUp),
    ]
  )
  func torn(first: String, second: String, key: Key) {
    #expect(Reads.events(first, second) == [.key(key)])
  }

  @Test("and a character torn by a read is whole")
  func tornCharacter() {
    for text in ["ä", "本", "🫶"] {
      let bytes = Array(text.utf8)
      for cut in 1..<bytes.count {
        var reads = Reads()
        reads.read(Array(bytes[..<cut]))
        reads.read(Array(bytes[cut...]))
        #expect(reads.events == [.key(.character(Character(text)))])
      }
    }
  }

  @Test("letting it go is none")
  func release() {
    #expect(Reads.events("\u{1B}[97;1:3u", rest: 3000) == [])
  }

  @Test("a lone ESC is the key after a tenth of a second, and what follows is its own")
  func escape() {
    #expect(Reads.events("\u{1B}", "\r") == [.key(.escape), .key(.enter)])
    #expect(Reads.events("\u{1B}", rest: 99) == [])
    #expect(Reads.events("\u{1B}", rest: 101) == [.key(.escape)])
  }

  @Test("an arrow whose ESC was taken for the key is no letter")
  func tornArrow() {
    #expect(Reads.events("\u{1B}", "[A") == [.key(.escape), .burst([.up])])
    #expect(Reads.events("\u{1B}", "[", "A") == [.key(.escape), .burst([.up])])
  }

  @Test("several in one read, or one on the heels of another, are a burst")
  func burst() {
    #expect(Reads.events("\t\r") == [.burst([.tab, .enter])])
    var reads = Reads()
    reads.read("\t")
    reads.read("\r", after: 9)
    reads.read("\r", after: 10)
    #expect(reads.events == [.key(.tab), .burst([.enter]), .key(.enter)])
  }

  @Test("one with an answer of the terminal in the same read is not alone")
  func inCompany() {
    #expect(Reads.events("\u{1B}[?61;1c\r") == [.burst([.enter])])
    #expect(Reads.events("\u{1B}[I\r") == [.focus(true), .burst([.enter])])
  }

  @Test("bytes that are no characters are none")
  func broken() {
    for bytes in [[0xFF], [0xC3, 0x28], [0xE2, 0x82], [0xA0], [0xF5, 0x80], [0xED, 0xA0, 0x80]] {
      var reads = Reads()
      reads.read(bytes.map { UInt8($0) })
      reads.pass(3000)
      let keys = reads.events.filter { if case .key = $0 { true } else { false } }
      #expect(keys == [])
    }
  }

  @Test("what terminfo says of this terminal goes first")
  func described() {
    let keys = KeySequences(described: [Array("\u{1B}[M".utf8): .function(1), [0x1B, 0x41]: .up])
    var decoder = InputDecoder(keys: keys)
    decoder.feed(Array("\u{1B}[M".utf8), at: .now)
    #expect(decoder.next() == .key(.function(1)))
    decoder.feed([0x1B, 0x41], at: .now + .seconds(1))
    #expect(decoder.next() == .key(.up))
  }

  @Test("and nothing open waits for nothing")
  func idle() {
    var decoder = InputDecoder()
    for text in ["a", "\u{1B}[A", "\u{1B}]0;x\u{7}", "\u{1B}[200~x\u{1B}[201~"] {
      decoder.feed(Array(text.utf8), at: .now)
      #expect(decoder.deadline == nil)
    }
  }
}
