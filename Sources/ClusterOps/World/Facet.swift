internal import Runbooks

/// What a family's programs say in a simulated world.
///
/// A facet takes the very argument vectors and input that the real programs would get and answers
/// with what they print, so that everything that reads or decides is the same code for both worlds.
protocol Facet: Sendable {
  /// The programs that it answers for, as ``Command/tool`` names them; it is asked for no other.
  var programs: Set<String> { get }

  /// What the program of a command prints; nil: it is no program of this family.
  func answer(_ command: Command, in scene: inout Scene) -> Answer?
}

extension Command {
  /// The program that does the work, where timeout(1), xargs(1) or sh(1) starts it for us; empty:
  /// none is named.
  var tool: String {
    var words = program[...]
    while let inner = Self.started(by: words) { words = inner }
    return words.first ?? ""
  }

  /// What a program starts that does nothing but that; nil for any other.
  private static func started(by words: ArraySlice<String>) -> ArraySlice<String>? {
    switch words.first {
    case "timeout": return words.dropFirst(2)
    // The script and its first argument, which is a file it reads.
    case "sh" where words.dropFirst().first == "-c": return words.dropFirst(4)
    case "xargs":
      var rest = words.dropFirst()
      while let option = rest.first, option.hasPrefix("-") {
        rest = rest.dropFirst(["-d", "-n"].contains(option) ? 2 : 1)
      }
      return rest
    default: return nil
    }
  }
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
