import TestSupport
import Testing

@testable import TUI

@Suite("A selection in a list")
struct ListStateTests {
  @Test(
    "moves",
    arguments: [
      (Motion.down, 11), (.up, 9), (.pageDown, 20), (.pageUp, 0), (.halfPageDown, 15),
      (.halfPageUp, 5), (.first, 0), (.last, 99), (.to(42), 42), (.to(1000), 99),
    ]
  )
  func moves(motion: Motion, selection: Int) {
    var state = ListState(selection: 10)
    state.move(motion, count: 100, page: 10)
    #expect(state.selection == selection)
    #expect(state.visible(count: 100, rows: 10).contains(selection))
  }

  @Test("stays visible whatever happens to the list and the window")
  func visible() {
    var state = ListState()
    state.move(.last, count: 100, page: 10)
    #expect(state.visible(count: 100, rows: 10) == 90..<100)
    #expect(state.visible(count: 100, rows: 30) == 70..<100)
    #expect(state.visible(count: 5, rows: 10) == 0..<5)
    #expect(state.selected(count: 5) == 4)
    #expect(state.visible(count: 0, rows: 10).isEmpty)
    #expect(state.selected(count: 0) == nil)
    #expect(state.visible(count: 100, rows: 1) == 99..<100)
    state.move(.up, count: 100, page: 10)
    #expect(state.visible(count: 100, rows: 10) == 90..<100, "scrolls no further than it must")
  }

  @Test("asks only for rows that are seen")
  func virtualised() {
    var asked: [Int] = []
    var frame = Frame(size: Size(columns: 20, rows: 5))
    ListView(count: 1_000_000, state: ListState(selection: 500_000)) { row in
      asked.append(row)
      return "row"
    }
    .draw(in: frame.bounds, on: &frame)
    #expect(asked == Array(499_996...500_000))
  }
}

@Suite("A graph of steps")
struct GraphLayoutTests {
  private func drawn(_ needs: [[Int]]) -> [String] {
    let nodes = needs.enumerated().map { index, needs in
      GraphNode(sign: .init("o"), label: StyledText("\(index)"), needs: needs)
    }
    let view = GraphView(nodes: nodes, layout: GraphLayout(nodes), state: ListState())
    return nodes.indices.map { view.row($0, glyphs: .unicode).plain }
  }

  @Test("is a line when each needs the one before")
  func chain() {
    #expect(drawn([[], [0], [1]]) == ["o 0", "o 1", "o 2"])
  }

  @Test("branches and joins")
  func diamond() {
    #expect(drawn([[], [0], [0], [1, 2]]) == ["o   0", "├─o 1", "o │ 2", "o─┘ 3"])
  }

  @Test("leaves out what follows from the rest")
  func reduced() {
    #expect(drawn([[], [0], [0, 1]]) == ["o 0", "o 1", "o 2"])
  }

  @Test("is the same when needs that follow from others are said as well, also far apart")
  func closed() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<20 {
      // More nodes than a machine word has bits.
      let needs = (0..<150).map { index in
        (0..<index).filter { _ in Int.random(in: 0..<60, using: &generator) == 0 }
      }
      var closure: [Set<Int>] = []
      for direct in needs {
        closure.append(direct.reduce(into: Set(direct)) { $0.formUnion(closure[$1]) })
      }
      #expect(GraphLayout(needs: needs) == GraphLayout(needs: closure.map { $0.sorted() }))
    }
  }

  @Test("gives those that need nothing a place of their own")
  func separate() {
    #expect(drawn([[], [], [0], [1]]) == ["o   0", "│ o 1", "o │ 2", "  o 3"])
  }

  @Test("shows every node however many lanes there are")
  func wide() {
    let count = 20
    let rows = drawn(Array(repeating: [], count: count) + [Array(0..<count)])
    #expect(rows.allSatisfy { $0.contains("o") })
    #expect(rows.allSatisfy { $0.count <= 2 * GraphLayout.laneLimit + 8 })
  }

  @Test("ignores needs that are not above it")
  func forward() {
    #expect(drawn([[1, 5, -1], [0]]) == ["o 0", "o 1"])
  }
}

@Suite("A buffer of output")
struct LogBufferTests {
  @Test("forgets the oldest lines, and says which are left")
  func lines() {
    var log = LogBuffer(lineLimit: 3)
    for number in 0..<5 { log.append("\(number)") }
    #expect(log.numbers == 2..<5)
    #expect(log.numbers.map { log[$0] } == ["2", "3", "4"])
    #expect(log[1] == nil)
    #expect(log[5] == nil)
  }

  @Test("is bounded in bytes")
  func bytes() {
    var log = LogBuffer(lineLimit: 100, byteLimit: 10)
    for _ in 0..<20 { log.append("12345") }
    #expect(log.count == 2)
    log.append(String(repeating: "x", count: 100))
    #expect(log.count == 1)
  }

  @Test("keeps its lines apart over many thousands")
  func many() {
    var log = LogBuffer(lineLimit: 1000)
    for number in 0..<10_000 { log.append("\(number)") }
    #expect(log.numbers == 9000..<10_000)
    #expect(log[9000] == "9000")
    #expect(log[9999] == "9999")
  }

  @Test("takes output in pieces that break lines and characters")
  func pieces() {
    var log = LogBuffer()
    for byte in Array("日本\r\nzwei".utf8) { log.append(output: [byte]) }
    #expect(log.numbers.map { log[$0] } == ["日本"])
    log.finish()
    #expect(log[1] == "zwei")
  }

  @Test("follows until one scrolls up, and again at the end")
  func follow() {
    var log = LogBuffer()
    for number in 0..<50 { log.append("\(number)") }
    var state = LogState()
    #expect(state.isFollowing)
    state.move(.up, in: log, page: 10)
    #expect(!state.isFollowing)
    #expect(state.top == 39)
    log.append("more")
    #expect(state.top == 39)
    state.move(.last, in: log, page: 10)
    #expect(state.isFollowing)
    state.toggleFollow(in: log, page: 10)
    #expect(!state.isFollowing)
    #expect(state.top == 41)
    state.move(.down, in: log, page: 10)
    #expect(state.isFollowing, "down at the end is the end")
  }

  @Test("is searched both ways")
  func search() {
    var log = LogBuffer()
    for number in 0..<50 { log.append(number % 10 == 0 ? "found \(number)" : "line") }
    var state = LogState()
    state.search = TextFilter("found")
    let tops = [false, false, true, true].map { forward in
      state.find(forward: forward, in: log) ? state.top : nil
    }
    #expect(tops == [40, 30, 40, nil])
    state.search = TextFilter("absent")
    let isFound = state.find(forward: true, in: log)
    #expect(!isFound)
  }
}

@Suite("Columns of a table")
struct TableLayoutTests {
  @Test("share what the fixed ones leave", arguments: [(40, 5..<39), (20, 5..<19), (3, 3..<3)])
  func flexible(total: Int, place: Range<Int>) {
    let places = TableView.layout(
      [
        TableColumn("a", width: .fixed(4)), TableColumn("b", width: .flexible(minimum: 0)),
        TableColumn("c", width: .fixed(0)),
      ],
      columns: total
    )
    #expect(places[1] == place)
  }

  @Test("by weight, to the last column")
  func weights() {
    let places = TableView.layout(
      [
        TableColumn("a", width: .flexible(minimum: 0, weight: 1)),
        TableColumn("b", width: .flexible(minimum: 0, weight: 2)),
      ],
      columns: 32
    )
    #expect(places == [0..<10, 11..<32])
  }
}

@Suite("The help over a screen")
struct HelpPanelTests {
  private func panel() throws -> HelpPanel {
    let table = try KeyTable([
      KeyBinding("q", action: 1, command: "quit", label: "quit", help: "Leave the console."),
      KeyBinding("j", action: 2, command: "down", label: "down", help: "Next line."),
      KeyBinding(action: 3, command: "abort", label: "abort", help: "End it.", context: "run"),
      KeyBinding("j", action: 4, command: "join", label: "join", help: "Join it.", context: "run"),
    ])
    return HelpPanel(table.help(in: ["run"]))
  }

  /// Whether the panel is still open after these keys.
  private func press(_ keys: Key..., in panel: inout HelpPanel) -> Bool {
    keys.reduce(true) { $0 && panel.handle($1, page: 10) }
  }

  private func drawn(_ panel: HelpPanel) -> String {
    var frame = Frame(size: Size(columns: 70, rows: 16))
    panel.draw(in: frame.bounds, on: &frame)
    return frame.lines.joined(separator: "\n")
  }

  @Test("lists a command that has no key on purpose, not one whose key another took")
  func keyless() throws {
    let text = drawn(try panel())
    #expect(text.contains(":abort"))
    #expect(text.contains(":join"))
    #expect(!text.contains(":down"))
  }

  @Test("is filtered by what is typed after a slash, and gives all keys back on escape")
  func filter() throws {
    var panel = try panel()
    var isOpen = press("/", "e", "n", "d", "enter", in: &panel)
    #expect(isOpen)
    #expect(drawn(panel).contains(":abort"))
    #expect(!drawn(panel).contains(":quit"))
    #expect(!panel.isTyping)
    isOpen = press("esc", in: &panel)
    #expect(isOpen)
    #expect(drawn(panel).contains(":quit"))
    isOpen = press("esc", in: &panel)
    #expect(!isOpen, "the second escape closes it")
  }

  @Test("takes keys that move as text while a filter is typed")
  func typing() throws {
    var panel = try panel()
    let isOpen = press("/", "j", "G", in: &panel)
    #expect(isOpen)
    #expect(panel.filter?.text == "jG")
    #expect(drawn(panel).contains("No key matches."))
    let didPaste = panel.paste("x")
    #expect(didPaste)
    #expect(panel.filter?.text == "jGx")
  }
}

@Suite("A log with gaps") struct LogGapTests {
  @Test("a line that was begun ends before the mark of a gap, and what follows begins a new one")
  func torn() {
    var log = LogBuffer()
    log.append(output: Array("one\ntw".utf8))
    log.markGap("…")
    log.append(output: Array("ree\n".utf8))
    #expect(log.numbers.map { log[$0] } == ["one", "tw", "…", "ree"])
    var whole = LogBuffer()
    whole.append(output: Array("one\n".utf8))
    whole.markGap("…")
    #expect(whole.numbers.map { whole[$0] } == ["one", "…"])
  }

  @Test("what a log takes grows and shrinks with its lines")
  func footprint() {
    var log = LogBuffer(lineLimit: 2)
    #expect(log.footprint == 0)
    log.append("12345")
    let one = log.footprint
    #expect(one >= 5)
    for _ in 0..<9 { log.append("12345") }
    #expect(log.footprint == 2 * one)
  }
}
