internal import Runbooks
internal import TUI

/// The live output of a run's steps, so many bytes of it over all of them.
///
/// What did not arrive shows as a gap by the offsets of the pieces, never as a line put together from
/// two halves; once the step has ended its kept output is read instead.
struct OutputLogs: Sendable {
  /// The most that all logs together may take.
  static let byteLimit = 48 << 20
  /// The most bytes of a kept output that are read for the screen.
  static let readLimit = 16 << 20

  private struct Log {
    var attempt: Int
    /// How many bytes of the attempt's output have been seen or marked as left out.
    var end = 0
    var isWhole = true
    /// What of it was not kept, in words.
    var loss: String?
    var lastUse = 0
    var buffer = LogBuffer(lineLimit: 100_000)
  }

  private let limit: Int
  private var logs: [StepID: Log] = [:]
  private var uses = 0
  private var footprint = 0

  init(limit: Int = byteLimit) { self.limit = limit }

  /// What there is of a step.
  subscript(step: StepID) -> LogBuffer? { logs[step]?.buffer }

  /// Takes in the next piece.
  mutating func take(_ piece: OutputPiece) {
    change(piece.step, piece.attempt) { log in
      guard piece.attempt == log.attempt, piece.end > log.end else { return }
      if piece.offset > log.end {
        log.isWhole = false
        log.buffer.markGap(Self.leftOut(piece.offset - log.end))
      }
      log.buffer.append(output: piece.bytes.dropFirst(max(0, log.end - piece.offset)))
      log.end = piece.end
    }
  }

  /// The attempt has ended.
  ///
  /// - Returns: whether its kept output has to be read because not all of it was seen.
  mutating func end(_ ended: RunEvent.StepEnded) -> Bool {
    guard logs[ended.step] != nil || ended.output != nil else { return false }
    let kept = ended.output?.length ?? 0
    var isToBeRead = false
    change(ended.step, ended.attempt) { log in
      guard ended.attempt == log.attempt else { return }
      log.buffer.finish()
      // What went on after the kept output was full is nowhere but here.
      isToBeRead = kept >= log.end && (!log.isWhole || kept > log.end)
      log.loss = ended.outputLoss
      if let loss = log.loss { log.buffer.markGap("… \(loss)") }
    }
    return isToBeRead
  }

  /// Whether a step's kept output has to be read to be shown: it ended unseen, or made room since.
  func lacks(_ step: StepID) -> Bool { logs[step] == nil }

  /// Shows the end of the kept output instead of what came live.
  mutating func replace(_ step: StepID, _ attempt: Int, by output: KeptOutput) {
    change(step, attempt) { log in
      guard attempt == log.attempt else { return }
      log.buffer = LogBuffer(lineLimit: 100_000)
      if output.offset > 0 { log.buffer.markGap(Self.leftOut(output.offset)) }
      log.buffer.append(output: output.bytes)
      log.buffer.finish()
      if let loss = log.loss { log.buffer.markGap("… \(loss)") }
      log.end = output.offset + output.bytes.count
      log.isWhole = true
    }
  }

  static func leftOut(_ bytes: Int) -> String {
    "… \(bytes) bytes left out here, the kept output has them"
  }

  /// A later attempt's output follows the one before; an earlier one's is past.
  private mutating func change(_ step: StepID, _ attempt: Int, _ body: (inout Log) -> Void) {
    uses += 1
    var log = logs.removeValue(forKey: step) ?? Log(attempt: attempt)
    footprint -= log.buffer.footprint
    if attempt > log.attempt {
      log.buffer.finish()
      log.attempt = attempt
      log.end = 0
      log.isWhole = true
      log.loss = nil
    }
    body(&log)
    log.lastUse = uses
    footprint += log.buffer.footprint
    logs[step] = log
    while footprint > limit, logs.count > 1,
      let oldest = logs.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      logs[oldest.key] = nil
      footprint -= oldest.value.buffer.footprint
    }
  }
}
