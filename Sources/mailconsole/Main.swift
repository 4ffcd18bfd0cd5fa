internal import ArgumentParser

/// The command line of mailconsole(1).
@main
struct MailConsole: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mailconsole",
    abstract: "Bring a self-hosted mail platform live on Kubernetes, and keep it alive.",
    discussion: """
      Without a subcommand it opens the console; with no terminal it prints the plain summary.

      Exit status: \(ExitStatus.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; ")).
      """,
    version: Version.text,
    subcommands: [
      ConsoleCommand.self, RunCommandLine.self, RunsCommand.self, AttachCommand.self,
      ShowCommand.self, VerifyCommand.self, ExportCommand.self, LintCommand.self,
      GraphCommand.self, OperationsCommand.self, QueueCommand.self, DoctorCommand.self,
      RunnerCommand.self,
    ],
    defaultSubcommand: ConsoleCommand.self
  )
}

/// What this build calls itself.
enum Version {
  static let text = "0.1.0"
}
