import Testing

@testable import TUI

@Suite("A text field")
struct TextFieldTests {
  private func edited(_ start: String, _ keys: [Key]) -> TextField {
    var field = TextField(start)
    keys.forEach { field.handle($0) }
    return field
  }

  @Test(
    "is edited",
    arguments: [
      ("", ["a", "b"], "ab", 2), ("abc", ["left", "x"], "abxc", 3),
      ("abc", ["home", "del"], "bc", 0), ("abc", ["backspace"], "ab", 2),
      ("one two", ["ctrl-w"], "one ", 4), ("one two", ["alt-b", "ctrl-k"], "one ", 4),
      ("one two", ["ctrl-a", "alt-f", "ctrl-u"], " two", 0), ("日本", ["left", "backspace"], "本", 0),
      ("e", ["ctrl-a", "right", "right"], "e", 1), ("one two", ["home", "alt-d"], " two", 0),
      ("", ["backspace", "del", "left", "ctrl-w", "ctrl-u", "ctrl-k"], "", 0),
    ] as [(String, [Key], String, Int)]
  )
  func editing(start: String, keys: [Key], text: String, cursor: Int) {
    let field = edited(start, keys)
    #expect(field.text == text)
    #expect(field.cursor == cursor)
  }

  @Test("joins a typed mark with the character before it")
  func marks() {
    let field = edited("e", [.character("\u{301}"), .character("x")])
    #expect(field.text == "e\u{301}x")
    #expect(field.cursor == 2)
  }

  @Test("takes a paste as one line and within its limit")
  func paste() {
    var field = TextField(limit: 10)
    field.paste("one\ntwo\r\nthree four")
    #expect(field.text == "one two th")
  }

  @Test("leaves keys that are not for it", arguments: [Key.enter, .escape, .tab, .up, .pageDown])
  func leaves(key: Key) {
    var field = TextField("x")
    let isTaken = field.handle(key)
    #expect(!isTaken)
  }

  @Test("hides a secret, also in what is drawn")
  func secret() {
    var frame = Frame(size: Size(columns: 10, rows: 1))
    TextField("geheim", isSecret: true).draw(in: frame.bounds, on: &frame)
    #expect(frame.lines == ["••••••"])
    #expect(frame.cursor == Point(column: 6, row: 0))
  }

  @Test("keeps the cursor in sight")
  func scrolls() {
    var frame = Frame(size: Size(columns: 6, rows: 1))
    var field = TextField("0123456789")
    field.draw(in: frame.bounds, on: &frame)
    #expect(frame.lines == ["56789"])
    #expect(frame.cursor == Point(column: 5, row: 0))
    field.handle(.home)
    field.draw(in: frame.bounds, on: &frame)
    #expect(frame.lines == ["012345"])
    #expect(frame.cursor == .zero)
  }
}

@Suite("A dialog")
struct DialogTests {
  private func dialog(_ word: String? = nil) -> Dialog {
    Dialog(title: "Sure?", body: [], buttons: [.init("Run")], acknowledgement: word)
  }

  @Test("answers with the harmless button until one chooses another")
  func cancelFirst() {
    var dialog = dialog()
    #expect(dialog.handle(.enter) == .cancelled)
    #expect(dialog.handle(.tab) == nil)
    #expect(dialog.handle(.enter) == .chosen(1))
    #expect(dialog.handle(.tab) == nil)
    #expect(dialog.focus == 0)
    #expect(dialog.handle(.escape) == .cancelled)
  }

  @Test("wants its word typed, and not pasted")
  func acknowledgement() {
    var dialog = dialog("go")
    _ = dialog.handle(.tab)
    #expect(dialog.handle(.enter) == nil)
    dialog.handlePaste("go")
    #expect(dialog.handle(.enter) == nil)
    _ = dialog.handle("g")
    _ = dialog.handle("o")
    #expect(dialog.handle(.enter) == .chosen(1))
    #expect(dialog.isEnabled(0))
  }
}

@Suite("A form")
struct FormTests {
  private func form() -> Form {
    Form(
      title: "",
      fields: [
        .init(name: "host", label: "Host") { $0.isEmpty ? "is needed" : nil },
        .init(name: "mode", label: "Mode", answer: .choice(["a", "b"], selected: 0)),
      ]
    )
  }

  @Test("is submitted when every answer is valid")
  func submit() {
    var form = form()
    form.paste("mx1")
    #expect(form.handle(.enter) == nil)
    #expect(form.handle(.space) == nil)
    #expect(form.handle(.enter) == .submitted)
    #expect(form.values == ["host": "mx1", "mode": "b"])
  }

  @Test("goes back to the answer that is wrong")
  func invalid() {
    var form = form()
    _ = form.handle(.tab)
    #expect(form.handle(.enter) == nil)
    #expect(form.focus == 0)
    #expect(form.handle(.escape) == .cancelled)
  }
}

@Suite("A command line")
struct CommandPromptTests {
  private func complete(_ prefix: String) -> [String] {
    ["run", "rollback", "quit"].filter { $0.hasPrefix(prefix) }
  }

  @Test("completes, one candidate after the other")
  func completes() {
    var prompt = CommandPrompt(.command)
    _ = prompt.handle("r")
    #expect(prompt.handle(.tab, completions: complete) == .changed("run"))
    #expect(prompt.handle(.tab, completions: complete) == .changed("rollback"))
    #expect(prompt.handle(.backTab, completions: complete) == .changed("run"))
    #expect(prompt.handle(.enter) == .submitted("run"))
  }

  @Test("remembers lines, and what was being typed")
  func history() {
    var prompt = CommandPrompt(.command, history: InputHistory(["one", "two"]))
    _ = prompt.handle("x")
    #expect(prompt.handle(.up) == .changed("two"))
    #expect(prompt.handle(.up) == .changed("one"))
    #expect(prompt.handle(.up) == .changed("one"))
    #expect(prompt.handle(.down) == .changed("two"))
    #expect(prompt.handle(.down) == .changed("x"))
    _ = prompt.handle(.enter)
    #expect(prompt.history.all == ["one", "two", "x"])
  }

  @Test("is left with escape or by deleting beyond its start")
  func cancel() {
    var prompt = CommandPrompt(.search)
    #expect(prompt.handle(.escape) == .cancelled)
    #expect(prompt.handle(.backspace) == .cancelled)
    #expect(prompt.paste("a\nb") == .changed("a b"))
  }
}
