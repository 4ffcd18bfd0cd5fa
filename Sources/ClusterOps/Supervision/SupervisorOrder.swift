internal import Runbooks

/// What a supervisor is to run, as the words of its command line.
///
/// What is not for everybody's eyes comes over the supervisor's standard input, so that it is in no
/// list of processes: first ``secretsLength`` bytes of what must not be kept, then the command's
/// input of ``inputLength`` bytes, then one byte that lets the program begin. After that each
/// secret that becomes known meanwhile comes, as ``SecretFeed`` reads it.
struct SupervisorOrder: Sendable, Hashable {
  var files: ChildFiles
  var timeout: Duration
  var grace: Duration
  /// Bytes of standard output to keep with the status.
  var keep: Int
  var recording: Recording
  var secretsLength: Int
  var inputLength: Int
  var argv: [String]

  /// What of the streams is recorded.
  enum Recording: String, Sendable, Hashable {
    case everything
    /// Standard output is kept for the status only.
    case errors
    /// How the command ended is all that is kept.
    case nothing
  }

  /// The byte that lets a program begin.
  static let go = UInt8(ascii: "g")

  var words: [String] {
    [
      files.base, "\(timeout.wholeMilliseconds)", "\(grace.wholeMilliseconds)", "\(keep)",
      recording.rawValue, "\(secretsLength)", "\(inputLength)", "--",
    ] + argv
  }

  init(
    files: ChildFiles,
    timeout: Duration,
    grace: Duration,
    keep: Int,
    recording: Recording,
    secretsLength: Int,
    inputLength: Int,
    argv: [String]
  ) {
    self.files = files
    self.timeout = timeout
    self.grace = grace
    self.keep = keep
    self.recording = recording
    self.secretsLength = secretsLength
    self.inputLength = inputLength
    self.argv = argv
  }

  /// Reads what ``words`` gave.
  init?(_ words: [String]) {
    guard words.count > 8, words[7] == "--", words[0].hasPrefix("/"),
      let timeout = Int64(words[1]), let grace = Int64(words[2]), let keep = Int(words[3]),
      let recording = Recording(rawValue: words[4]), let secrets = Int(words[5]),
      let input = Int(words[6]),
      timeout >= 0, grace >= 0, keep >= 0, secrets >= 0, input >= 0
    else { return nil }
    self.init(
      files: ChildFiles(base: words[0]),
      timeout: .milliseconds(timeout),
      grace: .milliseconds(grace),
      keep: keep,
      recording: recording,
      secretsLength: secrets,
      inputLength: input,
      argv: Array(words[8...])
    )
  }
}
