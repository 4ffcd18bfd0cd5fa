internal import ArgumentParser
internal import Foundation
internal import Runbooks

/// `mailconsole submit RUN [FILE|-]`
struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Hand in a sign-off that was signed elsewhere.",
    discussion: "The runner of the run checks the signature before it records the sign-off."
  )

  @ArgumentParser.Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var name: String

  @ArgumentParser.Argument(help: "The signed text; - or nothing is standard input.")
  var file: String?

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let signOff = try SignCommand.read(file)
      let (directory, history) = try Self.history(of: RunID(name))
      let command: RunCommand
      do throws(OfflineSignOffProblem) {
        command = try signOff.command(in: history.state)
      } catch {
        throw CommandFailure(.usage, "\(error)")
      }
      let seen = Int64(history.entries.count)
      do {
        try blocking {
          guard
            let client = try await RunnerClient.connect(
              to: directory,
              as: signOff.approver,
              drives: false
            )
          else {
            throw CommandFailure(
              .busy,
              "No runner performs \(name), so nobody can check and record it. Open the run with "
                + "`mailconsole attach \(name)`, then submit again."
            )
          }
          let updates = await client.updates(after: seen)
          let following = Task { for await _ in updates {} }
          defer { following.cancel() }
          try await client.send(command, by: signOff.approver)
          await client.leave(reason: "handed a sign-off in")
        }
      } catch {
        throw RunSession.failure(error)
      }
      Output.line("recorded: \(signOff.approver), \(signOff.decision.rawValue) \(signOff.step)")
      return .done
    }
  }

  /// A run's directory and what happened in it so far.
  static func history(of run: RunID) throws(CommandFailure) -> (RunDirectory, RunHistory) {
    let store = try StateDirectory().store()
    guard let directory = store.directory(of: run) else {
      throw CommandFailure(.noInput, "There is no run \(run). `mailconsole runs` lists them.")
    }
    guard FileManager.default.fileExists(atPath: directory.path) else {
      throw CommandFailure(.noInput, "There is no run \(run). `mailconsole runs` lists them.")
    }
    return (directory, try Verdict.history(of: run, in: directory))
  }
}
