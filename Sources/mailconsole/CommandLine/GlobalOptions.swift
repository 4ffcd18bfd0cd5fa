internal import ArgumentParser
internal import Foundation
internal import Runbooks

/// Options that every command about a site takes.
struct SiteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The site's directory.",
      discussion: "Default: $MAILCONSOLE_SITE, else the tabletop site.",
      valueName: "directory"
    )
  )
  var site: String?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "Who you are among the site's operators.",
      discussion: "Default: $MAILCONSOLE_OPERATOR, else your login name.",
      valueName: "name"
    )
  )
  var operatorName: String?

  /// The site's directory: as given, from the environment, or the bundled one.
  func directory(_ share: ShareDirectory) -> String {
    if let site { return site }
    let named = ProcessInfo.processInfo.environment["MAILCONSOLE_SITE"] ?? ""
    return named.isEmpty ? share.tabletopSite : named
  }

  /// Reads the site, or says what is wrong with it.
  func load(_ share: ShareDirectory) throws(CommandFailure) -> Site {
    try Self.load(directory: directory(share))
  }

  /// Reads the site in a directory, or says what is wrong with it.
  static func load(directory: String) throws(CommandFailure) -> Site {
    if directory.hasSuffix("/site.yaml"), FileManager.default.fileExists(atPath: directory) {
      throw CommandFailure(
        .usage,
        "A site is a directory: give \(directory.dropLast("/site.yaml".count)), not its site.yaml."
      )
    }
    guard FileManager.default.fileExists(atPath: directory + "/site.yaml") else {
      throw CommandFailure(
        .noInput,
        "There is no site in \(directory): it has no site.yaml.\n"
          + "Name the site's directory with --site or MAILCONSOLE_SITE."
      )
    }
    let reading = SiteLoader.read(directory: directory)
    guard let site = reading.value else {
      throw CommandFailure(.data, reading.problems.map(\.description).joined(separator: "\n"))
    }
    // Whoever is on a line that is left out cannot sign; better told now than then.
    for problem in reading.problems { Output.error(problem.description) }
    return site
  }

  /// Who acts, and whether the site knows them.
  func actor(on site: Site) throws(CommandFailure) -> String {
    let environment = ProcessInfo.processInfo.environment
    let given =
      operatorName ?? environment["MAILCONSOLE_OPERATOR"].flatMap { $0.isEmpty ? nil : $0 }
    let known = site.operators.map(\.name)
    if let given {
      guard known.contains(given) else {
        throw CommandFailure(
          .usage,
          "\(given) is not an operator of \(site.name). Its operators.yaml names "
            + "\(known.joined(separator: ", "))."
        )
      }
      return given
    }
    let login = environment["SUDO_USER"] ?? environment["USER"] ?? environment["LOGNAME"] ?? ""
    if known.contains(login) { return login }
    // Nobody hides behind another name: an unknown login looks and drives, and holds no role.
    return login.isEmpty ? "unknown" : login
  }
}

/// The shipped runbooks, or those of another directory.
struct LibraryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the runbooks are.",
      discussion: "Default: the shipped ones.",
      valueName: "directory"
    )
  )
  var runbooks: String?
}
