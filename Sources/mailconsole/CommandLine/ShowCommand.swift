internal import ArgumentParser
internal import Runbooks

/// `mailconsole show RUN`
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print the timeline of a run."
  )

  @ArgumentParser.Argument(
    help: ArgumentHelp("The run, as `mailconsole runs` names it.", valueName: "run")
  )
  var name: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let store = RunStore(state: StateDirectory().path)
      guard let directory = store.directory(of: RunID(name)),
        let summary = store.summary(of: RunID(name), load: Workplace.pinned)
      else {
        throw CommandFailure(.noInput, "There is no run \(name). `mailconsole runs` lists them.")
      }
      do throws(JournalError) {
        let entries = try JournalReader(directory).entries()
        if json {
          Output.raw(JSONText.encode(Timeline(entries)))
          return .done
        }
        for entry in entries { Output.line(PlainRun.line(entry)) }
      } catch {
        throw CommandFailure(.io, "\(error)")
      }
      if let status = summary.status {
        PlainRun.waiting(status, run: RunID(name)).forEach(Output.line)
        if let driving = RunsCommand.driving(summary) { Output.line("\(name) is \(driving)") }
      }
      return .done
    }
  }
}
