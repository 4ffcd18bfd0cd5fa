internal import ArgumentParser
internal import Foundation
internal import Runbooks

/// `mailconsole doctor`
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what this machine has and what it lacks."
  )

  @OptionGroup var site: SiteOptions

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      var isWell = true
      func say(_ isGood: Bool, _ what: String, _ fix: String = "") {
        Output.line(
          (isGood ? "ok     " : "LACKS  ") + what + (isGood || fix.isEmpty ? "" : ". \(fix)")
        )
        isWell = isWell && isGood
      }
      let share = try ShareDirectory.locate()
      say(true, "runbooks in \(share.runbooks)")
      let state = StateDirectory().path
      say(
        Self.isWritable(state),
        "state directory \(state) can be written",
        "Set MAILCONSOLE_STATE."
      )
      let swept = RunStore(state: state).sweep().map(\.name)
      if !swept.isEmpty {
        say(
          true,
          "removed what was left of runs that were never made: " + swept.joined(separator: ", ")
        )
      }
      do throws(CommandFailure) {
        let site = try site.load(share)
        say(true, "site \(site.name), \(site.operators.count) operators")
        if let kubeconfig = site.kubernetes.kubeconfig {
          say(
            FileManager.default.isReadableFile(atPath: kubeconfig),
            "kubeconfig \(kubeconfig)",
            "The site's cluster cannot be reached without it."
          )
        }
      } catch {
        say(false, error.message)
      }
      say(
        Self.find("kubectl") != nil,
        "kubectl on PATH",
        "Install kubernetes-client 1.27 or later."
      )
      say(
        Self.find("ssh-keygen") != nil,
        "ssh-keygen on PATH",
        "Install openssh-client."
      )
      let home = RunnerProcess.Home.find()
      say(
        home.warning == nil,
        home.survival,
        "Have `loginctl enable-linger` run for you: runs then have a scope of systemd of their own."
      )
      return isWell ? .done : .findings
    }
  }

  /// Whether a directory, or the nearest one above it that exists, can be written.
  private static func isWritable(_ path: String) -> Bool {
    var folder = URL(fileURLWithPath: path)
    while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
      folder.deleteLastPathComponent()
    }
    return FileManager.default.isWritableFile(atPath: folder.path)
  }

  private static func find(_ program: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}

extension RunnerProcess.Home {
  /// What runs survive here.
  fileprivate var survival: String {
    switch self {
    case .scope: "runs are performed in a scope of systemd and survive a logout"
    case .session(endsWithLogin: false): "runs survive a lost terminal and a logout"
    case .session(endsWithLogin: true):
      "runs that survive a logout: logind ends them with your last session (KillUserProcesses=yes)"
    }
  }
}
