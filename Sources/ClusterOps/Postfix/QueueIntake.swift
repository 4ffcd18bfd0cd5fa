internal import Runbooks
internal import Synchronization

/// A reader that output is poured into while a command runs.
///
/// A class because it is one stream that is under way, shared by the runner's
/// task and the procedure.
final class QueueIntake: Sendable {
  private let reader: Mutex<QueueReader>

  init(_ reader: sending QueueReader) { self.reader = Mutex(reader) }

  /// Takes more of the output.
  func take(_ bytes: [UInt8]) { reader.withLock { $0.consume(bytes) } }

  /// Ends the reading.
  func report() -> QueueReport { reader.withLock { $0.finish() } }
}

extension Procedure {
  /// Reads the queue with `postqueue -j` and goes on with the report.
  static func readQueue(
    _ command: Command,
    selection: QueueSelection?,
    localDomain: String? = nil,
    now: Int,
    on site: Site,
    then: @escaping (QueueReport) throws(OperationFailure) -> Procedure
  ) -> Procedure {
    let intake = QueueIntake(
      QueueReader(
        now: now,
        localDomain: localDomain ?? site.domain,
        selection: selection,
        isMarked: command.isMarked
      )
    )
    let reading = command.sending { intake.take($0) }
    return .run(reading) { outcome throws(OperationFailure) in
      try PostfixFailure.require(outcome, of: command)
      return try then(intake.report())
    }
  }
}

extension QueueReport {
  /// Demands that the end of the listing was seen before anything is selected or changed by it.
  func requireEnd(_ question: String) throws(OperationFailure) {
    guard isCut, let doubt else { return }
    throw OperationFailure(undetermined: question, doubt)
  }

  /// Demands that every message was told of, for what is concluded from one that is not there.
  func requireAll(_ question: String) throws(OperationFailure) {
    guard let doubt else { return }
    throw OperationFailure(undetermined: question, doubt)
  }
}
