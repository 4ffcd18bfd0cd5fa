internal import ArgumentParser

/// How every command ends: with a documented status and at most one message.
enum Command {
  static func run(_ work: () throws(CommandFailure) -> ExitStatus) throws {
    let status: ExitStatus
    do throws(CommandFailure) {
      status = try work()
    } catch {
      Output.error(error.message)
      throw ExitCode(error.status.rawValue)
    }
    // Whoever reads the status must not take what was lost for said.
    if let loss = Output.loss {
      if !loss.isEmpty { Output.error(loss) }
      throw ExitCode(ExitStatus.io.rawValue)
    }
    if status != .done { throw ExitCode(status.rawValue) }
  }
}
