internal import ArgumentParser
internal import ClusterOps
internal import Glibc
internal import Runbooks

/// What the binary is: the console, or, by its first word, the supervisor of one command.
///
/// Every command of a step starts a supervisor, so the command line's own machinery is left out.
@main
enum Program {
  static func main() {
    Surroundings.openStandardStreams()
    let words = Swift.CommandLine.arguments
    if words.count > 1, words[1] == supervise {
      exit(Supervisor.run(Array(words.dropFirst(2)), willHoldSecrets: ProcessSecrecy.begin))
    }
    GlobalJobs.takeOver()
    if let lack = Surroundings.prepare() {
      Output.error(lack)
      exit(ExitStatus.io.rawValue)
    }
    if let word = words.dropFirst().first, let objection = MailConsole.objection(toCommand: word) {
      Output.error(objection)
      exit(ExitStatus.usage.rawValue)
    }
    exit(MailConsole.perform())
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
      GraphCommand.self, OperationsCommand.self, ChecksCommand.self, QueueCommand.self,
      TicketsCommand.self, GoLiveCommand.self, ExerciseCommand.self, NewCommand.self,
      DoctorCommand.self,
      RunnerCommand.self,
    ],
    defaultSubcommand: ConsoleCommand.self
  )
}

extension MailConsole {
  /// Parses the command line and does what it says; returns the exit status.
  ///
  /// What the parser says holds the words of the command line, so it passes the sanitiser too.
  static func perform() -> Int32 {
    do {
      var command = try parseAsRoot()
      try command.run()
      return 0
    } catch {
      let code = exitCode(for: error).rawValue
      let message = fullMessage(for: error)
      if code == 0 {
        Output.lines(message)
      } else if !message.isEmpty {
        Output.error(message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message)
      }
      return code == 0 && Output.loss != nil ? ExitStatus.io.rawValue : code
    }
  }

  /// What people type who know other tools.
  private static let otherNames = [
    "list": "runs", "ls": "runs", "ps": "runs", "status": "runs", "version": "--version",
    "start": "run", "resume": "attach", "log": "show", "logs": "show", "check": "checks",
    "validate": "lint", "catalogue": "operations", "report": "export", "init": "new",
  ]

  /// Why a first word is no command, with the one that was meant; nil: it is one, or an option.
  static func objection(toCommand word: String) -> String? {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !word.hasPrefix("-"), !(names + ["help"]).contains(word) else { return nil }
    let meant = otherNames[word] ?? Spelling.nearest(to: word, among: names)
    let hint =
      meant.map { "Did you mean `mailconsole \($0)`?" }
      ?? "There are \(names.filter { $0 != "runner" }.joined(separator: ", "))."
    return "There is no command `\(word)`. \(hint)"
  }
}

/// What this build calls itself.
enum Version {
  static let text = "0.1.0"
}
