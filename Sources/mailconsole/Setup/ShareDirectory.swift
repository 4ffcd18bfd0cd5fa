internal import Foundation

/// Where the shipped runbooks and the bundled tabletop site are.
///
/// `$MAILCONSOLE_SHARE`, else `../share/mailconsole` beside the binary's
/// folder, else the checkout the binary was built in.
struct ShareDirectory: Sendable {
  let path: String

  var runbooks: String { path + "/runbooks" }
  var tabletopSite: String { path + "/sites/tabletop" }

  /// Finds the directory, or says where it looked.
  static func locate(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    executable: String = executablePath()
  ) throws(CommandFailure) -> ShareDirectory {
    var candidates: [String] = []
    if let named = environment["MAILCONSOLE_SHARE"], !named.isEmpty {
      candidates = [named]
    } else {
      var folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath()
        .deletingLastPathComponent()
      candidates.append(
        folder.deletingLastPathComponent().appendingPathComponent("share/mailconsole").path
      )
      while folder.path != "/" {
        candidates.append(folder.path)
        folder = folder.deletingLastPathComponent()
      }
    }
    for candidate in candidates
    where FileManager.default.fileExists(atPath: candidate + "/runbooks/operations") {
      return ShareDirectory(path: candidate)
    }
    throw CommandFailure(
      .noInput,
      "The shipped runbooks were not found; looked in \(candidates.joined(separator: ", ")).\n"
        + "Set MAILCONSOLE_SHARE to the directory that holds runbooks/ and sites/."
    )
  }

  /// The path of this program's file (proc(5), /proc/self/exe).
  static func executablePath() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }
}
