/// How a supervised command ended, as its supervisor wrote it down.
///
/// The file is a line of words and then bytes:
/// `child 1 ENDING NUMBER CAUSE STDOUT-LENGTH TRUNCATED STDERR-LENGTH`. Written by hand, so that a
/// supervisor starts no library of coders for it.
public struct ChildStatus: Sendable, Hashable {
  public enum Ending: String, Sendable, Hashable {
    case exited
    case signalled
    /// The program never began; the number is the errno of execve(2).
    case refused
    /// The runner went away before it let the program begin, so it never did.
    case withdrawn
  }

  /// Why it ended.
  public enum Cause: String, Sendable, Hashable {
    case itself
    /// It took longer than it was given.
    case late
    /// Whoever started it wanted it to stop.
    case stopped
  }

  public let ending: Ending
  /// The exit status, the signal or the errno.
  public let number: Int
  public let cause: Cause
  /// The beginning of standard output, as far as was asked and at most ``limit``.
  public let stdout: [UInt8]
  public let isTruncated: Bool
  /// The end of standard error.
  public let stderr: [UInt8]

  /// The most of standard output that is kept with the status.
  public static let limit = 1 << 20

  public init(
    ending: Ending,
    number: Int,
    cause: Cause,
    stdout: [UInt8],
    isTruncated: Bool,
    stderr: [UInt8]
  ) {
    self.ending = ending
    self.number = number
    self.cause = cause
    self.stdout = stdout
    self.isTruncated = isTruncated
    self.stderr = stderr
  }

  /// The same without what the command printed, for a disk that has no room for more.
  public var short: ChildStatus {
    ChildStatus(
      ending: ending,
      number: number,
      cause: cause,
      stdout: [],
      isTruncated: isTruncated || !stdout.isEmpty,
      stderr: []
    )
  }

  public var bytes: [UInt8] {
    let head =
      "child 1 \(ending.rawValue) \(number) \(cause.rawValue) "
      + "\(stdout.count) \(isTruncated ? 1 : 0) \(stderr.count)\n"
    return Array(head.utf8) + stdout + stderr
  }

  /// Reads what ``bytes`` gave; nil for anything else.
  public init?(bytes: [UInt8]) {
    guard let end = bytes.prefix(200).firstIndex(of: 0x0A) else { return nil }
    let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
    guard words.count == 8, words[0] == "child", words[1] == "1",
      let ending = Ending(rawValue: String(words[2])), let number = Int(words[3]),
      let cause = Cause(rawValue: String(words[4])), let head = Int(words[5]),
      let tail = Int(words[7]), head >= 0, tail >= 0, head <= bytes.count, tail <= bytes.count,
      bytes.count == end + 1 + head + tail
    else { return nil }
    let split = end + 1 + head
    self.init(
      ending: ending,
      number: number,
      cause: cause,
      stdout: Array(bytes[(end + 1)..<split]),
      isTruncated: words[6] == "1",
      stderr: Array(bytes[split...])
    )
  }

  /// Reads a status file; nil when there is none, or it is none.
  public init?(of files: ChildFiles) {
    guard let bytes = try? SystemFiles.contents(of: files.status) else { return nil }
    self.init(bytes: bytes)
  }

  /// The ending as the end of a sentence, e.g. `exited with 0`.
  public var words: String {
    let how =
      switch ending {
      case .exited: "exited with \(number)"
      case .signalled: "was ended by signal \(number)"
      case .refused: "could not begin (errno \(number))"
      case .withdrawn: "was never let begin"
      }
    return switch cause {
    case _ where ending == .withdrawn: how
    case .itself: how
    case .late: how + " after its time was up"
    case .stopped: how + " after it was told to stop"
    }
  }
}
