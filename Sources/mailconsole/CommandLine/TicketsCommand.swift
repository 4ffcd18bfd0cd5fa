public import ArgumentParser
internal import Glibc
public import Runbooks

/// `mailconsole tickets --format FORMAT`
struct TicketsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tickets",
    abstract: "Write the tickets of the plan for Jira or Linear, or as Markdown tables.",
    discussion: """
      jira is for Jira's external system import of CSV, which an administrator starts: waves are epics, and \
      tickets are their tasks. Map Issue ID, Parent and Labels to the fields of those names, Blocks to Link \
      "Blocks", and the roles in Assignee to people. linear is for "Linear (CSV)" of Linear's importer; it \
      knows no dependencies, so they stand in the description. markdown has a table for each wave.

      Exit status: 0 written; 64 the format is not known; 65 the plan has errors; 66 there is no plan; \
      74 the output cannot be written.
      """
  )

  @Option(help: ArgumentHelp("jira, linear or markdown.", valueName: "format"))
  var format: TicketFormat

  @Option(
    help: ArgumentHelp(
      "Where to write.",
      discussion: "Default: standard output.",
      valueName: "file"
    )
  )
  var output: String?

  @OptionGroup var library: LibraryOptions

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let text = try PlanReading.plan(library).tickets(as: format)
      if let output {
        let file = try OutputFile.open(output, allowingTerminal: true)
        try file.write(text)
        try file.finish()
      } else if isatty(1) == 1 {
        // A terminal shows what a file or a pipe gets, each line made harmless.
        Output.lines(String(text.replacing("\r\n", with: "\n").dropLast()))
      } else {
        Output.raw(text)
      }
      return .done
    }
  }
}

extension TicketFormat: ExpressibleByArgument {}
