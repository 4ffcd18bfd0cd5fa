internal import ArgumentParser
internal import CUnix
internal import Foundation
internal import Glibc
internal import Runbooks

/// `mailconsole runner RUN`: performs a run apart from any terminal; started by the console.
struct RunnerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runner",
    abstract: "Perform a run for the consoles attached to it.",
    shouldDisplay: false
  )

  @ArgumentParser.Argument(
    help: ArgumentHelp("The run, as `mailconsole runs` names it.", valueName: "run")
  )
  var name: String

  @Option(help: ArgumentHelp("The site's directory.", valueName: "directory"))
  var site: String

  @Option(help: ArgumentHelp("Who takes the run.", valueName: "name"))
  var driver: String

  @Option(help: ArgumentHelp("Where the runbooks are.", valueName: "directory"))
  var runbooks: String?

  @Option(help: ArgumentHelp("The descriptor to report on.", valueName: "number"))
  var report: Int32?

  func run() throws {
    // The console that started it may be gone before the first answer.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGHUP, SIG_IGN)
    // Before there is any other thread that the signal could be delivered to.
    let termination = cunix_termination_descriptor()
    let report = RunnerReport(report)
    try Command.run { () throws(CommandFailure) in
      do throws(CommandFailure) {
        return try perform(report, termination)
      } catch {
        report.tell(error)
        throw error
      }
    }
  }

  private func perform(_ report: RunnerReport, _ termination: Int32) throws(CommandFailure)
    -> ExitStatus
  {
    let store = try StateDirectory().store()
    let session = try RunSession.resume(
      RunID(name),
      in: store,
      on: try SiteOptions.load(directory: site),
      as: driver,
      runbooks: runbooks
    )
    let (descriptor, path) = try RunnerSocket.listen(for: session.record.directory)
    defer {
      unlink(path)
      unlink(RunnerSocket.note(session.record.directory))
    }
    let runner = Runner(session, conductor: try AttendedConductor.leading(session, in: store))
    guard Self.onTermination(of: termination, { Task { await runner.terminate() } }) else {
      throw CommandFailure(
        .io,
        "there is no room for one more thread; close something and try again"
      )
    }
    do {
      try blocking { try await runner.run(listening: descriptor) { report.ready() } }
    } catch {
      throw RunSession.failure(error)
    }
    return .done
  }

  /// Does something once SIGTERM was sent; false: there is no thread for it.
  private static func onTermination(of descriptor: Int32, _ body: @escaping @Sendable () -> Void)
    -> Bool
  {
    descriptor >= 0
      && Threads.start {
        // A signalfd_siginfo, of which nothing is needed.
        var signal = [UInt8](repeating: 0, count: 128)
        while read(descriptor, &signal, signal.count) < 0, errno == EINTR {}
        body()
      }
  }
}

/// How a runner tells whoever started it that it stands, or why not: `0`, or a status and a message.
struct RunnerReport: Sendable {
  private let descriptor: Int32?

  init(_ descriptor: Int32?) { self.descriptor = descriptor }

  func ready() { write("0\n") }

  func tell(_ failure: CommandFailure) { write("\(failure.status.rawValue)\n\(failure.message)") }

  private func write(_ text: String) {
    guard let descriptor else { return }
    _ = Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }
}
