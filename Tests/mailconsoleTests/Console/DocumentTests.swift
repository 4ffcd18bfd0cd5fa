import ArgumentParser
import Foundation
import TUI
import TestSupport
import Testing

@testable import mailconsole

/// What is written about the console and what it does.
@Suite("The documents say what the program does")
struct DocumentTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  /// docs/keys.md as the table has it.
  private func keysPage() throws -> String {
    var page = """
      # Keys
      Made from the table of keys in `Sources/mailconsole/Console/ConsoleKeys.swift` by
      `UPDATE_GOLDEN=1 swift test --filter DocumentTests`. In the console `?` lists the keys of the
      screen that is shown, and `:` takes the commands, by name or by a start that only one has;
      `:5` goes to step 5 of a run, and `:q!` leaves without a question.

      A key acts when it is pressed by itself, on what is drawn. Keys that come in one go, or before
      the screen they meet was shown, only move, or are text in a field; a line end in it is a blank.
      In a window below 60x16 only `ctrl-c` does anything: it leaves.

      """
    for section in try ConsoleKeys.table().manual {
      page += "\n## \(section.title == "global" ? "everywhere" : section.title)\n"
      page += "| keys | command | what it does |\n|---|---|---|\n"
      for hint in section.hints {
        let keys = hint.keys.map { "`\($0)`" }.joined(separator: " ")
        page += "| \(keys) | `:\(hint.command)` | \(hint.help) |\n"
      }
    }
    return page
  }

  @Test("docs/keys.md lists the keys of the table")
  func keys() throws {
    let page = try keysPage()
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try page.write(
        to: Self.root.appendingPathComponent("docs/keys.md"),
        atomically: true,
        encoding: .utf8
      )
    }
    #expect(try text("docs/keys.md") == page)
  }

  @Test("the manual lists every exit status with its meaning, and no other below 128")
  func exitStatus() throws {
    let manual = try text("docs/man/mailconsole.1")
    let section = try #require(manual.components(separatedBy: ".Sh EXIT STATUS\n").last)
      .components(separatedBy: "\n.Sh ")[0]
    let lines = section.split(separator: "\n").map(String.init)
    var listed: [Int32: String] = [:]
    for (index, line) in lines.enumerated() where line.hasPrefix(".It ") {
      guard let number = Int32(line.dropFirst(4)), index + 1 < lines.count else { continue }
      listed[number] = lines[index + 1]
    }
    for status in ExitStatus.allCases {
      let sentence = status.meaning.prefix(1).uppercased() + status.meaning.dropFirst() + "."
      #expect(listed[status.rawValue] == sentence)
    }
    let known = Set(ExitStatus.allCases.map(\.rawValue))
    #expect(listed.keys.filter { $0 < 128 && !known.contains($0) }.isEmpty)
  }

  @Test("the manual describes every subcommand and every long option of it")
  func subcommands() throws {
    let manual = try text("docs/man/mailconsole.1")
    var commands: [String] = []
    for command in MailConsole.configuration.subcommands {
      let name = try #require(command.configuration.commandName)
      commands.append(name)
      #expect(manual.contains("\n.It Cm \(name)"), "\(name) is not in the manual")
      var help = MailConsole.helpMessage(for: command)
      for nested in command.configuration.subcommands {
        let inner = try #require(nested.configuration.commandName)
        #expect(manual.contains("\n.It Cm \(name) \(inner)"), "\(name) \(inner) is not there")
        help += MailConsole.helpMessage(for: nested)
      }
      for option in help.matches(of: #/--([a-z][a-z-]+)/#).map({ String($0.output.1) })
      where !["help", "version"].contains(option) {
        #expect(manual.contains("Fl -\(option)"), "\(name) --\(option) is not in the manual")
      }
    }
    let described = manual.split(separator: "\n").filter { $0.hasPrefix(".It Cm ") }
      .map { $0.dropFirst(7).prefix { $0 != " " } }
    for word in described { #expect(commands.contains(String(word)), "\(word) is no command") }
  }

  @Test("the manual is sound mdoc where a checker is installed")
  func manualIsSound() throws {
    let page = Self.root.appendingPathComponent("docs/man/mailconsole.1").path
    let checkers = [
      ["mandoc", "-Tlint", "-Wwarning"], ["groff", "-mdoc", "-ww", "-z"],
    ]
    for checker in checkers {
      let checked = try Program.run(checker[0], checker.dropFirst() + [page])
      // One that is not installed is passed over.
      if checked.status == 127 { continue }
      #expect(checked.output + checked.errors == "", "\(checker[0])")
    }
  }
}
