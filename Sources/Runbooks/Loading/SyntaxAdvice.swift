/// Says in an author's words what libyaml found, and how to mend it.
enum SyntaxAdvice {
  private static let advice: [(part: String, message: String, fix: String)] = [
    (
      "mapping values are not allowed", "a second `:` on this line makes no key",
      "Put a text that has `: ` in it in quotes, or correct the indentation."
    ),
    (
      "could not find expected ':'", "this line has no `:`",
      "Write `key: value`; a longer text needs quotes or `>-`."
    ),
    (
      "did not find expected key", "a key is expected here",
      "Check the indentation, and that brackets and quotes above are closed."
    ),
    (
      "did not find expected '-' indicator", "a `- ` is expected here",
      "Give every element of the list the same indentation."
    ),
    (
      "did not find expected ',' or", "a `,` or a closing bracket is expected here",
      "Close the bracket above, or separate with a comma."
    ),
    (
      "unexpected end of stream", "a quote is never closed", "Close it where the text ends."
    ),
    (
      "found unknown escape character", "the escape is unknown",
      "Use single quotes, where a backslash is a backslash."
    ),
    (
      "block sequence entries are not allowed", "a list cannot begin here",
      "Begin the list on a line of its own."
    ),
    (
      "did not find expected <document start>", "the text goes on after its end",
      "Check the indentation of this line."
    ),
    (
      "found a tab character", "a tab stands in the indentation", "Indent with spaces."
    ),
  ]

  /// The message and the fix for a problem of libyaml's at a byte.
  static func explain(_ problem: String, at byte: UInt8?) -> (message: String, fix: String) {
    if byte == 0x09, problem.contains("cannot start any token") || problem.contains("tab") {
      return ("a tab stands in the indentation", "Indent with spaces.")
    }
    if problem.contains("cannot start any token"), let byte, byte > 0x20, byte < 0x7F {
      let sign = String(decoding: [byte], as: UTF8.self)
      return ("a value cannot begin with `\(sign)`", "Put it in quotes.")
    }
    if let known = advice.first(where: { problem.contains($0.part) }) {
      return (known.message, known.fix)
    }
    return ("this is not YAML: \(problem)", "Correct the text here.")
  }
}
