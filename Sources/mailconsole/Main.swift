internal import ArgumentParser
internal import ClusterOps
internal import Glibc

/// What the binary is: the console, or, by its first word, the supervisor of one command.
///
/// Every command of a step starts a supervisor, so the command line's own machinery is left out.
@main
enum Program {
  static func main() {
    let words = CommandLine.arguments
    if words.count > 1, words[1] == supervise {
      exit(Supervisor.run(Array(words.dropFirst(2)), willHoldSecrets: ProcessSecrecy.begin))
    }
    MailConsole.main()
  }

  /// The word that makes the binary a supervisor.
  static let supervise = "supervise"
}

/// The command line of mailconsole(1).
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
      ShowCommand.self, VerifyCommand.self, ChallengeCommand.self, SignCommand.self,
      SubmitCommand.self, ExportCommand.self, LintCommand.self,
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
