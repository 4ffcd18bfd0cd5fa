import TUI
import Testing

@testable import mailconsole

/// The keys as shipped.
@Suite("The shipped keys")
struct KeyTests {
  private static let contexts = Screen.allCases.map { $0.type.keys }

  @Test("the table builds: no key and no command twice in a context")
  func builds() throws {
    let table = try ConsoleKeys.table()
    #expect(!table.bindings.isEmpty)
    for context in Self.contexts {
      #expect(table.bindings.contains { $0.context == context }, "\(context) has keys")
    }
  }

  @Test("keys a broken arrow key can send only look or move")
  func reserved() throws {
    for binding in try ConsoleKeys.table().bindings where !binding.isHarmless {
      #expect(Key.reserved.isDisjoint(with: binding.keys), "\(binding.command)")
    }
  }

  @Test("what ends a run for good has no key, only a command")
  func abort() throws {
    let abort = try #require(ConsoleKeys.table().bindings.first { $0.action == .abort })
    #expect(abort.keys.isEmpty)
  }

  @Test("help, back and leaving are reached from every screen")
  func everywhere() throws {
    let table = try ConsoleKeys.table()
    for context in Self.contexts {
      #expect(table.action(for: "?", in: [context]) == .help)
      #expect(table.action(for: "esc", in: [context]) == .back)
      #expect(table.action(for: "q", in: [context]) == .quit)
      #expect(table.action(for: "/", in: [context]) == .filter)
      #expect(table.action(for: ":", in: [context]) == .command)
    }
  }

  @Test("every action of every screen is in its help, with a sentence")
  func help() throws {
    let table = try ConsoleKeys.table()
    for binding in table.bindings {
      #expect(binding.help.hasSuffix("."), "\(binding.command)")
      #expect(!binding.command.isEmpty)
    }
  }

  @Test(
    "the footer at 80 columns shows how to act, to go back and to leave, and all keys",
    arguments: [
      "runbooks", "run", "step", "queue", "messages", "text", "journal", "runs", "evidence",
      "exercise", "inbox",
    ]
  )
  func footer(context: String) throws {
    let hints = try ConsoleKeys.table().footer(in: [KeyContext(context)])
    let needed = hints.prefix(2) + hints.filter { ["back", "quit"].contains($0.label) }
    var frame = Frame(size: Size(columns: 80, rows: 1))
    FooterKeys(hints).draw(in: frame.bounds, on: &frame)
    let row = frame.lines[0]
    #expect(row.hasSuffix("? all keys"))
    for hint in needed where hint.keys != ["?"] {
      #expect(row.contains("\(hint.keys[0]) \(hint.label)"), "\(hint.label) is cut off")
    }
  }
}
