/// The last line of a reading in a container, by which its output is known to be whole.
///
/// `kubectl exec` may lose the end of an output and still exit with 0, so that an exit status
/// proves nothing about what is missing. The container's `sh` therefore runs the program and then
/// prints one line more. The script is a constant: program and data reach it as arguments and
/// standard input, never as text of the script.
enum EndMark {
  static let line = "[end of output]"

  /// Runs its arguments as a program, prints the mark on a line of its own, and ends as the program did.
  static let script = #""$0" "$@"; s=$?; printf "\n[end of output]\n"; exit $s"#

  private static let prefix = ["sh", "-c", script]

  /// The argument vector that runs a program and prints the mark after it.
  static func argv(_ program: [String]) -> [String] { prefix + program }

  /// What the script adds to an output.
  static let bytes = Array("\n\(line)\n".utf8)

  /// The output without the mark; nil where it does not end with it.
  static func strip(_ output: [UInt8]) -> [UInt8]? {
    output.count >= bytes.count && output[(output.count - bytes.count)...].elementsEqual(bytes)
      ? Array(output.dropLast(bytes.count)) : nil
  }
}

extension Command {
  /// The outcome as the decision may see it: without the mark, and cut where it did not come.
  func settled(_ outcome: CommandOutcome) -> CommandOutcome {
    // What is taken as it comes is judged by whoever takes it; of what was kept only in part
    // the end was not kept, mark or no mark.
    guard isMarked, sink == nil, !outcome.isTruncated else { return outcome }
    var settled = outcome
    if let whole = EndMark.strip(outcome.stdout) {
      settled.stdout = whole
    } else {
      settled.isCut = true
    }
    return settled
  }
}
