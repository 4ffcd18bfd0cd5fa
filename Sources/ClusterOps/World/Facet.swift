internal import Runbooks

/// What a family's programs say in a simulated world.
///
/// A facet takes the very argument vectors and input that the real programs would get and answers
/// with what they print, so that everything that reads or decides is the same code for both worlds.
protocol Facet: Sendable {
  /// What the program of a command prints; nil: it is no program of this family.
  func answer(_ command: Command, in scene: inout Scene) -> Answer?
}

/// What a program printed and how it ended.
struct Answer: Sendable {
  var exit = 0
  var stdout: [UInt8] = []
  var stderr = ""

  init(_ stdout: String = "") { self.stdout = Array(stdout.utf8) }

  init(bytes: [UInt8]) { stdout = bytes }

  init(exit: Int, stderr: String) {
    self.exit = exit
    self.stderr = stderr
  }

  /// Adds lines to standard output.
  mutating func say(_ lines: [String]) {
    stdout += Array(lines.map { $0 + "\n" }.joined().utf8)
  }
}
