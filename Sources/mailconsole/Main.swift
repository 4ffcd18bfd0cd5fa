internal import ArgumentParser

@main
struct MailConsole: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "mailconsole")
}
