import Runbooks
import Testing

@testable import TUI
@testable import mailconsole

/// Where a key would decide something.
enum Place: String, CaseIterable, Sendable {
  case go, word, start, signOff, run, note

  func open() -> TimedConsole {
    switch self {
    case .go: .atGo()
    case .word: .atWord()
    case .start: .atStart()
    case .signOff: .atSignOff()
    case .run: .atRun()
    case .note: .atNote()
    }
  }
}

@Suite("Bytes that are no keys decide nothing")
struct UnseenKeyTests {
  @Test("and the places of this suite are one key from deciding", arguments: [Place.go, .start])
  func control(place: Place) {
    var console = place.open()
    if place == .start { console.read(" ") }
    console.read("\r")
    #expect(console.decided)
  }

  static let bursts = [
    "\t\r", "\r\r\r", " \r", "a\t\r", "yes\r", "delete\r", "delete\t\r", "pot:q!\r",
    ":abort\r", "drain mx2\rNode: worker-3\rto be done at 02:00\r", "q",
    "200~drain mx2\r\r\r201~", "61;4;6;7;14;21;22c0;10;1c", "0;90;14M2;93;5M",
    "10;rgb:cccc/cccc/cccc\\11;rgb:1e1e/1e1e/1e1e\\", "otpwNa\r", "\n\n\n",
    "\u{1B}[?61;1c\r", "\u{1B}[I\r", "\u{1B}[200~x\u{1B}[201~\r", "\u{1B}[200~x\u{1B}[201~\t\r\r",
  ]

  @Test("in one read, whatever they are", arguments: Place.allCases, bursts)
  func burst(place: Place, text: String) {
    // A single byte is a press of a key.
    guard text.count > 1 else { return }
    var console = place.open()
    console.read(text)
    console.pass(3000)
    #expect(!console.decided)
  }

  static let sequences = [
    "\u{1B}[200~a\rb\r\u{1B}[201~", "\u{1B}[200~\t\r\r\u{1B}[201~",
    "\u{1B}]11;rgb:14\r\t\r/1f\u{1B}\\",
    "\u{1B}]52;c;otaqotaqotay\u{1B}\\", "\u{1B}P>|\t\r\r\u{1B}\\", "\u{1B}_Gi=31;\t\r\u{1B}\\",
    "\u{1B}[M ot\u{1B}[M#ot", "\u{1B}[<0;90;14M", "\u{1B}[13;5u", "\u{1B}[27;5;13~",
  ]

  @Test("torn anywhere by the pause of a link", arguments: Place.allCases, sequences)
  func torn(place: Place, text: String) {
    let bytes = Array(text.utf8)
    for cut in 1..<bytes.count {
      var console = place.open()
      console.read(Array(bytes[..<cut]))
      console.read(Array(bytes[cut...]))
      console.pass(3000)
      #expect(!console.decided, "cut at \(cut)")
    }
  }

  @Test("a lost end: the letter that follows is no order")
  func lostEnd() {
    var console = TimedConsole.atRun()
    console.read("\u{1B}[200~worker-3")
    console.read("q", after: 300)
    console.read("?", after: 2200)
    #expect(!console.decided)
    #expect(console.script.shows("All keys") || console.model.overlay != nil)
  }

  @Test("Return just after a paste says yes to nothing; a moment later it is a Return")
  func pause() {
    var console = TimedConsole.atNote()
    console.read("\u{1B}[200~looked at it\u{1B}[201~")
    console.read("\r", after: 40)
    #expect(!console.decided)
    console.read("\r", after: 200)
    #expect(console.script.sent.map(\.command) == [.note("hold", text: "looked at it")])
  }

  @Test("Escape and a Return after it leave a question unanswered")
  func escape() {
    var console = TimedConsole.atGo()
    console.read("\u{1B}")
    console.read("\r")
    #expect(!console.decided)
    var joined = TimedConsole.atGo()
    joined.read("\u{1B}\r")
    joined.read("\u{1B}y")
    #expect(!joined.decided)
    #expect(joined.model.overlay != nil)
  }

  @Test("keys in one go are said to have done nothing")
  func said() {
    var console = TimedConsole.atRun()
    console.read("pq")
    #expect(console.script.shows("2 keys came at once"))
  }

  @Test("but they move")
  func moves() {
    var console = TimedConsole(ConsoleScript())
    console.read("jk\u{1B}[Bj")
    #expect(console.model.notice.plain == "")
    guard let list = console.model.screen as? RunbooksScreen else { return }
    #expect(list.list.selected(count: 2) == 1)
  }

  @Test("and are text in a field, where a line end is a blank")
  func text() {
    var console = TimedConsole.atNote()
    console.read("first\rsecond\r")
    #expect(!console.decided)
    #expect(console.script.shows("enter came together with other keys"))
    console.read("\r")
    #expect(console.script.sent.map(\.command) == [.note("hold", text: "first second")])
  }

  @Test("a filter typed in one go filters")
  func filter() {
    var console = TimedConsole.atRun()
    console.read("/")
    console.read("hold")
    #expect(console.model.filterText == "hold")
    #expect(console.model.overlay != nil)
  }

  @Test("the word of a destructive step is typed key by key")
  func word() {
    var console = TimedConsole.atWord()
    console.read("delete")
    console.read("\r")
    #expect(!console.decided)
    for letter in "delete" { console.read(String(letter)) }
    console.read("\r")
    #expect(console.decided)
  }
}

@Suite("Keys act only on what is drawn")
struct DrawnKeyTests {
  @Test(
    "below the least size none does anything",
    arguments: [
      Size(columns: 14, rows: 11), Size(columns: 10, rows: 11), Size(columns: 59, rows: 16),
      Size(columns: 60, rows: 15), Size(columns: 2, rows: 1), Size(columns: 1, rows: 1),
      Size(columns: 1000, rows: 3),
    ]
  )
  func tooSmall(size: Size) {
    for place in Place.allCases {
      var console = place.open()
      let before = console.script.frame()
      console.resize(columns: size.columns, rows: size.rows)
      for text in ["?", "/", "deferred", "\t", "\r", "q", "\u{1B}", "p", "a", "j", ":", "q!"] {
        console.read(text)
      }
      console.read("\u{1B}[200~x\r\u{1B}[201~")
      #expect(!console.decided)
      console.resize(columns: 80, rows: 24)
      #expect(console.script.frame() == before, "the screen is as it was: \(place)")
    }
  }

  @Test("but ctrl-c, which the notice names, leaves")
  func leaves() {
    var console = TimedConsole.atGo()
    console.resize(columns: 40, rows: 10)
    #expect(console.script.shows("ctrl-c"))
    console.read("\u{3}", after: 1000)
    #expect(console.model.exitCode == 0)
    #expect(console.script.sent.isEmpty)
  }

  @Test("ten columns still say what is needed")
  func notice() {
    for columns in 1...59 {
      for rows in [1, 2, 5, 11] {
        var frame = Frame(size: Size(columns: columns, rows: rows))
        #expect(TooSmall.draw(on: &frame))
        let shown = frame.lines.joined(separator: "\n")
        #expect(columns < 5 || shown.contains("60x16"), "\(columns)x\(rows)")
        #expect(columns < 10 || rows < 2 || shown.contains("ctrl-c"), "\(columns)x\(rows)")
      }
    }
  }

  @Test("a search goes on over a new size, and ends once")
  func search() {
    var console = TimedConsole.atRun()
    console.read("/")
    console.read("ma")
    console.resize(columns: 80, rows: 24)
    console.read("rk", after: 0)
    #expect(console.model.filterText == "mark")
    console.read("\r")
    #expect(console.model.overlay == nil)
    #expect(console.model.filterText == "mark")
  }

  @Test("the Return that came with a new size says yes to nothing")
  func resized() {
    var console = TimedConsole.atGo()
    console.resize(columns: 100, rows: 30)
    console.read("\r", after: 50)
    #expect(!console.decided)
    console.read("\r", after: 60)
    #expect(console.decided)
  }

  @Test("what was typed at one screen does nothing at the one that came under it")
  func typeAhead() {
    var console = TimedConsole(ConsoleScript())
    let opened = ConsoleScript.atRelease().model.run
    guard let opened else {
      Issue.record("no run")
      return
    }
    console.happen(.opened(opened), isShown: false)
    console.read("p", after: 0)
    #expect(!console.decided)
    console.read("p", after: 50)
    #expect(!console.decided)
    console.read("p", after: 200)
    #expect(console.decided)
  }
}
