/// A place that a site names to run commands from, and the command line that leads there.
public struct SiteVantage: Sendable, Hashable {
  /// As runbooks name it, e.g. `outside`.
  public let name: String
  /// The program and arguments that run what follows them there, e.g. `ssh -T probe@203.0.113.77`.
  public let via: [String]

  public init(name: String, via: [String]) {
    self.name = name
    self.via = via
  }

  /// The names that runbooks use for the places that every site should name.
  public static let customary: Set<String> = ["outside", "node"]
  /// The names of the places that every site has: this machine, and a container of its mail pod.
  public static let builtIn: Set<String> = ["here", "pod"]

  /// The argument vector that runs a program there.
  ///
  /// ssh(1) joins its words with blanks and gives them to a shell, so that it alone gets them
  /// quoted, as one word.
  public func argv(_ program: [String]) -> [String] {
    let isShell = via.first?.split(separator: "/").last == "ssh"
    return via + (isShell ? [CommandText.render(program)] : program)
  }
}
