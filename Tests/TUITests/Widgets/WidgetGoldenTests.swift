import TestSupport
import Testing

@testable import TUI

/// What the widgets look like.
///
/// Review the files in `Goldens` as pictures.
@Suite("Widgets look like their goldens")
struct WidgetGoldenTests {
  struct Screen: CustomTestStringConvertible, Sendable {
    var columns: Int
    var rows: Int
    var glyphs: GlyphSet

    var testDescription: String { "\(columns)x\(rows)-\(glyphs)" }

    static let all = [
      Screen(columns: 80, rows: 24, glyphs: .unicode),
      Screen(columns: 80, rows: 24, glyphs: .ascii),
      Screen(columns: 60, rows: 16, glyphs: .unicode),
    ]
  }

  private func check(_ name: String, _ screen: Screen, _ draw: (inout Frame) -> Void) {
    var frame = Frame(
      size: Size(columns: screen.columns, rows: screen.rows),
      glyphs: screen.glyphs
    )
    draw(&frame)
    let difference = Golden.difference(frame, from: "\(name)-\(screen.testDescription)")
    #expect(difference == nil)
  }

  @Test("a list in its screen", arguments: Screen.all)
  func list(screen: Screen) {
    check("list", screen) { frame in
      let glyphs = frame.glyphs
      let (top, rest) = frame.bounds.splitTop(2)
      let (bottom, body) = rest.splitBottom(2)
      Header(
        badge: .init("LIVE", .live),
        site: "mail.example.org",
        facts: [
          ["run ", .init("dns-cutover#7", .accent)], ["drives ", .init("ana", .strong)],
          [.init("\(glyphs.passed) ", .good), "guardrails"],
        ]
      )
      .draw(in: top, on: &frame)
      Breadcrumbs(["mail.example.org", "waves", "T3 DNS", "T3.2 Publish the MX records", "Check"])
        .draw(in: top.row(1), on: &frame)
      var state = ListState()
      state.move(.to(30), count: 50, page: body.rows)
      ListView(count: 50, state: state) { row in
        row % 3 == 0
          ? [.init("\(glyphs.failed) ", .bad), .init("item \(row) 日本語"), .init("  failed", .dim)]
          : [.init("\(glyphs.passed) ", .good), .init("item \(row)"), .init("  passed", .dim)]
      }
      .draw(in: body, on: &frame)
      StatusLine("Reloaded.", detail: [.init("31/50", .dim)]).draw(in: bottom, on: &frame)
      FooterKeys(
        [
          KeyHint(keys: ["enter"], label: "open"), KeyHint(keys: ["r"], label: "run"),
          KeyHint(keys: ["/"], label: "filter"), KeyHint(keys: ["esc"], label: "back"),
          KeyHint(keys: [":"], label: "command"), KeyHint(keys: ["ctrl-l"], label: "redraw"),
        ]
      )
      .draw(in: bottom.row(1), on: &frame)
    }
  }

  @Test("a table", arguments: Screen.all)
  func table(screen: Screen) {
    check("table", screen) { frame in
      let rows = [
        ["T0.1", "Register the domain and delegate it", "passed", "1"],
        ["T3.2", "Publish the MX, SPF, DKIM and DMARC records of every domain", "running", "12"],
        ["T7.2", "日本語の長い名前がここにありますので切り取られます", "unknown", "103"],
      ]
      TableView(
        columns: [
          TableColumn("id", width: .fixed(6)),
          TableColumn("runbook", width: .flexible(minimum: 10, weight: 2)),
          TableColumn("state", width: .flexible(minimum: 8)),
          TableColumn("steps", width: .fixed(5), alignment: .trailing),
        ],
        count: rows.count,
        state: ListState(selection: 1)
      ) { row in rows[row].map { StyledText($0) } }
      .draw(in: frame.bounds, on: &frame)
    }
  }

  @Test("a graph", arguments: Screen.all)
  func graph(screen: Screen) {
    check("graph", screen) { frame in
      let glyphs = frame.glyphs
      func node(_ sign: String, _ style: Style, _ label: String, _ needs: [Int]) -> GraphNode {
        GraphNode(sign: .init(sign, style), label: StyledText(label), needs: needs)
      }
      let nodes = [
        node(glyphs.passed, .good, "prepare   look at the cluster", []),
        node(glyphs.passed, .good, "dns       publish the records", [0]),
        node(glyphs.warned, .warning, "tls       issue certificates", [0]),
        node(glyphs.failed, .bad, "dkim      generate the keys", [0]),
        node(glyphs.running, .running, "smtp      probe port 25", [1, 2]),
        node(glyphs.waiting, .waiting, "approve   two people sign", [4, 3]),
        node(glyphs.unknown, .unknown, "cutover   move the MX", [5, 0]),
        node(glyphs.pending, .normal, "watch     for an hour", [6]),
        node(glyphs.skipped, .skipped, "rollback  only if asked", [6]),
        node(glyphs.ready, .normal, "aside     depends on nothing", []),
      ]
      GraphView(nodes: nodes, layout: GraphLayout(nodes), state: ListState(selection: 4))
        .draw(in: frame.bounds, on: &frame)
    }
  }

  @Test("an output", arguments: Screen.all)
  func log(screen: Screen) {
    check("log", screen) { frame in
      var log = LogBuffer(lineLimit: 100)
      let output = "$ kubectl get pods\r\n\u{1B}[31mError\u{1B}[0m\tlost\n\u{1B}]52;c;eA==\u{7}\n"
      log.append(output: Array(output.utf8))
      for number in 0..<30 {
        log.append("\(number): " + String(repeating: "0123456789", count: number % 4 * 4))
      }
      log.append(output: [0xFF, 0x0A])
      let (upper, lower) = frame.bounds.splitTop(frame.size.rows / 2)
      var state = LogState()
      state.search = TextFilter("err|29")
      LogView(log: log, state: state, title: [.init("kubectl", .accent)]).draw(
        in: upper,
        on: &frame
      )
      state.wraps = true
      state.move(.first, in: log, page: LogView.page(in: lower))
      LogView(log: log, state: state, title: "kubectl").draw(in: lower, on: &frame)
    }
  }

  @Test("a dialog that wants a word typed", arguments: Screen.all)
  func dialog(screen: Screen) {
    check("dialog", screen) { frame in
      for row in 0..<frame.size.rows {
        frame.draw("behind the dialog is a screen 日本語 that stays", at: Point(column: 0, row: row))
      }
      var dialog = Dialog(
        title: "Drain node-2?",
        body: [
          ["On ", .init("mail.example.org", .strong), " in ", .init(" LIVE ", .live)],
          "",
          StyledText("kubectl drain node-2 --ignore-daemonsets --delete-emptydir-data", .accent),
          "All pods of this node stop and start elsewhere. Mail waits in the queues of the"
            + " senders for as long as that takes.",
        ],
        buttons: [.init("Drain", style: .bad)],
        acknowledgement: "node-2"
      )
      "node".forEach { _ = dialog.handle(.character($0)) }
      dialog.draw(in: frame.bounds, on: &frame)
    }
  }

  @Test("a form", arguments: Screen.all)
  func form(screen: Screen) {
    check("form", screen) { frame in
      var form = Form(
        title: "Before it starts",
        fields: [
          .init(name: "host", label: "Host", hint: "without a dot at the end") {
            $0.contains(".") ? nil : "must be a full name"
          },
          .init(name: "token", label: "Token", answer: .text(TextField(isSecret: true))),
          .init(name: "mode", label: "Mode", answer: .choice(["slow", "fast"], selected: 0)),
        ]
      )
      form.paste("mx1")
      _ = form.handle(.tab)
      form.paste("geheim")
      form.draw(in: frame.bounds, on: &frame)
    }
  }

  @Test("the help over a screen", arguments: Screen.all)
  func help(screen: Screen) throws {
    let table = try KeyTable([
      KeyBinding("q", action: 1, command: "quit", label: "quit", help: "Leave the console."),
      KeyBinding("j", "down", action: 2, command: "down", label: "down", help: "Next line."),
      KeyBinding(
        "r",
        action: 3,
        command: "run",
        label: "run",
        help: "Run the step.",
        context: "step"
      ),
    ])
    check("help", screen) { frame in
      HelpPanel(table.help(in: ["step"])).draw(
        in: frame.bounds.inset(columns: 4, rows: 2),
        on: &frame
      )
    }
  }

  @Test("the command line", arguments: Screen.all)
  func commandPrompt(screen: Screen) {
    check("command", screen) { frame in
      var prompt = CommandPrompt(.command, text: "r")
      prompt.draw(in: frame.bounds.row(0), hints: ["run", "rollback"], on: &frame)
      _ = prompt.handle(.tab) { _ in ["run", "rollback"] }
      prompt.draw(in: frame.bounds.row(2), on: &frame)
    }
  }

  @Test("a screen too small for one")
  func tooSmall() {
    var frame = Frame(size: Size(columns: 40, rows: 5))
    #expect(TooSmall.draw(on: &frame))
    #expect(frame.lines[1] == "         need 60x16, have 40x5")
    #expect(frame.lines[2] == "             ctrl-c leaves")
    var large = Frame(size: TooSmall.minimum)
    #expect(!TooSmall.draw(on: &large))
  }
}
