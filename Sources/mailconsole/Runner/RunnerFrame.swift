internal import Foundation
internal import Runbooks

/// What a console says to the runner of a run.
enum ConsoleFrame: Codable, Sendable {
  /// The first frame. `drives`: whether the person takes the run if nobody drives it.
  /// `until` as in a command.
  case hello(version: Int, person: String, drives: Bool, until: Int64)
  /// What a person wants; the number comes back with the answer. Taken up after `until`, in
  /// nanoseconds since boot, it is refused: whoever gave it may have left.
  case command(Int, RunCommand, by: String, until: Int64)
  /// A key is asked to sign in this console, or is no longer.
  case signing(SigningNotice)
  /// The console closes, in good order.
  case leave(reason: String)
}

/// What the runner says to a console.
enum RunnerFrame: Codable, Sendable {
  /// The console is let in; from here on it hears of every event.
  case welcome(version: Int)
  /// A piece of a ``RunSnapshot``'s JSON, in order; sent to a console that has just been let in.
  case snapshot(Data, isLast: Bool)
  /// The console is not let in.
  case refusal(String)
  case accepted(Int)
  case refused(Int, String)
  case recorded(JournalEntry)
  /// A piece of a step's output; what was left out before it shows by its offset.
  case output(step: StepID, attempt: Int, offset: Int, bytes: Data)
  /// An event was too long for a frame: the journal has it.
  case behind
  /// A key is asked to sign in another console, or is no longer.
  case signing(SigningNotice)
  /// The record could not be written; nothing more is done.
  case stopped(String)
  /// The console has left; what runs still finishes.
  case goodbye
}

/// Frames as bytes: one JSON value a packet.
enum FrameCoding {
  /// The form of the frames.
  static let version = 4
  /// The most bytes of a frame. An event that is longer is read from the journal.
  static let limit = 64 * 1024
  /// The most bytes of output or of a snapshot in a frame; base64 makes a third more of them.
  static let pieceLimit = 32 * 1024

  static func encode(_ frame: some Encodable) -> [UInt8]? {
    guard let data = try? JSONEncoder().encode(frame), data.count <= limit else { return nil }
    return Array(data)
  }

  static func decode<Frame: Decodable>(_ type: Frame.Type, _ bytes: [UInt8]) -> Frame? {
    try? JSONDecoder().decode(type, from: Data(bytes))
  }
}
