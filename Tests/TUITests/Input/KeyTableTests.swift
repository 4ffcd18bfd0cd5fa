import Testing

@testable import TUI

@Suite("A table of keys")
struct KeyTableTests {
  private enum Action: Hashable { case quit, run, open, top, filter }

  private func table() throws -> KeyTable<Action> {
    try KeyTable([
      KeyBinding(
        "q",
        action: .quit,
        command: "quit",
        label: "quit",
        help: "Leave the console.",
        isInFooter: true
      ),
      KeyBinding(
        "/",
        action: .filter,
        command: "filter",
        label: "filter",
        help: "Find by text.",
        isHarmless: true
      ),
      KeyBinding(
        "r",
        "f5",
        action: .run,
        command: "run",
        label: "run",
        help: "Run the step.",
        context: "step",
        isInFooter: true
      ),
      KeyBinding(
        "enter",
        action: .open,
        command: "open",
        label: "open",
        help: "Look at it.",
        context: "list",
        isInFooter: true
      ),
      KeyBinding(
        "q",
        action: .top,
        command: "back",
        label: "back",
        help: "Up one level.",
        context: "step"
      ),
    ])
  }

  @Test("finds the action of the innermost context")
  func dispatch() throws {
    let table = try table()
    #expect(table.action(for: "r", in: ["step"]) == .run)
    #expect(table.action(for: "r", in: ["list"]) == nil)
    #expect(table.action(for: "q", in: ["step"]) == .top)
    #expect(table.action(for: "q", in: ["list"]) == .quit)
    #expect(table.action(for: "/", in: []) == .filter)
  }

  @Test("feeds the footer with what acts here")
  func footer() throws {
    let hints = try table().footer(in: ["step"])
    #expect(hints.map(\.label) == ["run"], "q means back here, so quit has no key to show")
    #expect(try table().footer(in: ["list"]).map(\.label) == ["open", "quit"])
  }

  @Test("feeds the help, without keys that mean something else here")
  func help() throws {
    let sections = try table().help(in: ["step"])
    #expect(sections.map(\.title) == ["step", "global"])
    #expect(sections[1].hints.map(\.label) == ["filter"])
    #expect(try table().manual.map(\.title) == ["global", "step", "list"])
  }

  @Test("knows commands by name or by a start only one has")
  func commands() throws {
    let table = try table()
    #expect(table.action(forCommand: "run", in: ["step"]) == .run)
    #expect(table.action(forCommand: "ru", in: ["step"]) == .run)
    #expect(table.action(forCommand: "", in: ["step"]) == nil)
    #expect(table.action(forCommand: "x", in: ["step"]) == nil)
    #expect(table.commands(startingWith: "q", in: ["list"]) == ["quit"])
  }

  @Test("refuses a key that is bound twice")
  func duplicate() {
    #expect(throws: KeyTableError.duplicateKey("q", commands: ["a", "b"], context: .global)) {
      try KeyTable([
        KeyBinding("q", action: 1, command: "a", label: "", help: ""),
        KeyBinding("q", action: 2, command: "b", label: "", help: ""),
      ])
    }
  }

  @Test("refuses what a broken arrow key sends, but for looking", arguments: Key.reserved)
  func reserved(key: Key) throws {
    #expect(throws: KeyTableError.reservedKey(key, command: "drain")) {
      try KeyTable([KeyBinding(key, action: 1, command: "drain", label: "", help: "")])
    }
    _ = try KeyTable([
      KeyBinding(key, action: 1, command: "look", label: "", help: "", isHarmless: true)
    ])
  }

  @Test("takes the user's own keys")
  func rebinding() throws {
    let table = try table().rebinding(["run": ["x", "ctrl-r"], "global.quit": []])
    #expect(table.action(for: "x", in: ["step"]) == .run)
    #expect(table.action(for: "ctrl-r", in: ["step"]) == .run)
    #expect(table.action(for: "r", in: ["step"]) == nil)
    #expect(table.action(for: "q", in: ["list"]) == nil)
  }

  @Test(
    "says what is wrong with the user's keys",
    arguments: [
      (["nonsense": ["x"]], "There is no command “nonsense”"),
      (["run": ["hyper-x"]], "“hyper-x”, bound to “run”, is not a key"),
      (["run": ["q"]], "The key “q” is bound twice in “step”: to run and back"),
      (["run": ["A"]], "The key “A” cannot be bound to “run”"),
    ]
  )
  func rebindingErrors(choices: [String: [String]], message: String) throws {
    let table = try table()
    let error = #expect(throws: KeyTableError.self) { try table.rebinding(choices) }
    #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
  }
}
