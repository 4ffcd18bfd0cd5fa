import Runbooks
import Synchronization
import TestSupport

@testable import ClusterOps

/// The real world, with a record of every program that is asked and of what it says.
struct RecordingWorld: CommandWorld {
  let cluster: Cluster
  let now: Int
  let tape = Tape()

  /// What was asked, in order.
  ///
  /// A class because the world is a value and all of it is one record.
  final class Tape: Sendable {
    private let kept = Mutex<[LabAnswer.Asked]>([])

    func add(_ asked: LabAnswer.Asked) { kept.withLock { $0.append(asked) } }

    var asked: [LabAnswer.Asked] { kept.withLock { $0 } }
  }

  /// What is taken as it comes.
  private final class Stream: Sendable {
    private let kept = Mutex<[UInt8]>([])

    func take(_ bytes: [UInt8]) { kept.withLock { $0 += bytes } }

    var bytes: [UInt8] { kept.withLock { $0 } }
  }

  func say(_ text: String) async {}

  func perform(_ command: Command) async throws(OperationFailure) -> CommandOutcome {
    precondition(command.secretInput == nil, "no question of the table has a secret")
    let input = command.input.isEmpty ? nil : Digest(of: command.input).hex
    let stream = Stream()
    var heard = command
    if let sink = command.sink {
      heard = command.sending { bytes in
        stream.take(bytes)
        sink(bytes)
      }
    }
    do throws(OperationFailure) {
      let outcome = try await cluster.perform(heard)
      tape.add(
        LabAnswer.Asked(
          argv: command.argv,
          input: input,
          exit: outcome.exit,
          stdout: LabOutput(command.sink == nil ? outcome.stdout : stream.bytes),
          stderr: LabOutput(outcome.stderr),
          isTruncated: command.sink == nil && outcome.isTruncated ? true : nil
        )
      )
      return outcome
    } catch {
      tape.add(LabAnswer.Asked(argv: command.argv, input: input, failure: error))
      throw error
    }
  }
}
