import Runbooks
import Synchronization

@testable import ClusterOps

/// A world that answers commands with what programs were seen to print.
struct RecordedWorld: CommandWorld {
  var now = 1_796_000_000
  let answer: @Sendable (Command) -> Answer
  let asked = Asked()

  init(now: Int = 1_796_000_000, _ answer: @escaping @Sendable (Command) -> Answer) {
    self.now = now
    self.answer = answer
  }

  /// What was asked, in order.
  final class Asked: Sendable {
    private let commands = Mutex<[[String]]>([])
    private let inputs = Mutex<[String]>([])
    private let texts = Mutex<[String]>([])

    func add(_ command: Command) {
      commands.withLock { $0.append(command.program) }
      inputs.withLock {
        $0.append(
          command.secretInput?.description ?? String(decoding: command.input, as: UTF8.self)
        )
      }
    }

    func add(_ text: String) { texts.withLock { $0.append(text) } }

    /// What was said before commands that were not known before.
    var said: [String] { texts.withLock { $0 } }
    var programs: [[String]] { commands.withLock { $0 } }
    var input: [String] { inputs.withLock { $0 } }
  }

  func say(_ text: String) async { asked.add(text) }

  func perform(_ command: Command) async throws(OperationFailure) -> CommandOutcome {
    asked.add(command)
    let said = answer(command)
    command.sink?(said.stdout)
    return CommandOutcome(
      ending: .exited(said.exit),
      stdout: said.stdout,
      isTruncated: false,
      stderr: Array(said.stderr.utf8)
    )
  }

  /// Goes through an operation on the site of the tests.
  func perform(
    _ work: any CommandOperation,
    _ values: [String: Value] = [:],
    on site: Site = .test
  ) async throws(OperationFailure) -> OperationResult {
    let call = Call(arguments: Arguments(values), site: site)
    return try await run(try work.begin(call, try work.commands(call), now: now))
  }
}

extension Answer {
  static func said(_ stdout: String, stderr: String = "", exit: Int = 0) -> Answer {
    var answer = Answer(stdout)
    answer.stderr = stderr
    answer.exit = exit
    return answer
  }
}
