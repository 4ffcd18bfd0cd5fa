internal import Foundation

/// What systemd-logind does with a user's processes when the last session of theirs ends
/// (logind.conf(5), loginctl(1)).
///
/// The user's own service manager, and with it every scope in it, ends then unless the user lingers;
/// a process that stayed in the login's scope lives on unless `KillUserProcesses=yes`.
struct LoginSessions: Sendable {
  /// Where the file system is; `/` but for tests.
  var root = "/"
  /// Who is logged in.
  var user = NSUserName()

  /// Whether the user's service manager outlives their sessions.
  var lingers: Bool {
    FileManager.default.fileExists(atPath: path("var/lib/systemd/linger/" + user))
  }

  /// Whether whatever is left of a session is killed when it ends.
  var killsProcesses: Bool {
    guard FileManager.default.fileExists(atPath: path("run/systemd/system")) else { return false }
    // Not asked for by default in Debian; root is excluded by default everywhere.
    let kills =
      setting("KillUserProcesses").map { ["yes", "true", "on", "1"].contains($0) } ?? false
    let only = words(setting("KillOnlyUsers"))
    let except = setting("KillExcludeUsers").map { words($0) } ?? ["root"]
    return kills && !except.contains(user) && (only.isEmpty || only.contains(user))
  }

  private func words(_ text: String?) -> [String] {
    (text ?? "").split(separator: " ").map(String.init)
  }

  private func path(_ name: String) -> String { root + (root.hasSuffix("/") ? "" : "/") + name }

  /// The last assignment counts: the main file first, then the drop-ins by their names.
  private func setting(_ name: String) -> String? {
    var found: String?
    for file in files {
      guard let data = FileManager.default.contents(atPath: file) else { continue }
      for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          .map { $0.trimmingCharacters(in: .whitespaces) }
        if parts.count == 2, parts[0] == name { found = parts[1] }
      }
    }
    return found
  }

  private var files: [String] {
    let folders = ["usr/lib", "run", "etc"].map { path($0 + "/systemd/logind.conf.d") }
    var dropIns: [String: String] = [:]
    // A file of the same name in a later folder replaces the one before.
    for folder in folders {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for name in names where name.hasSuffix(".conf") { dropIns[name] = folder + "/" + name }
    }
    return [path("etc/systemd/logind.conf")]
      + dropIns.sorted { $0.key < $1.key }.map(\.value)
  }
}
