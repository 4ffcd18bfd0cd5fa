internal import ArgumentParser
internal import ClusterOps
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
      let findings = try self.findings()
      for finding in findings { finding.lines.forEach(Output.line) }
      return findings.contains { $0.isLack } ? .findings : .done
    }
  }

  private func findings() throws(CommandFailure) -> [Finding] {
    let share = try ShareDirectory.locate()
    var findings: [Finding] = [.has("runbooks in \(share.runbooks)")]
    findings += Self.state(StateDirectory())
    findings.append(
      Self.program("kubectl", "Install kubernetes-client 1.27 or later.")
    )
    findings.append(Self.program("ssh-keygen", "Install openssh-client."))
    let home = RunnerProcess.Home.find()
    findings.append(
      home.warning == nil
        ? .has(home.survival)
        : .lacks(
          home.survival,
          "Have `loginctl enable-linger` run for you: runs then have a scope of systemd of their own."
        )
    )
    do throws(CommandFailure) {
      findings += Self.site(try site.load(share))
    } catch {
      findings.append(.lacks(error.message, ""))
    }
    return findings
  }

  /// Writes what a run would, and takes it away again.
  private static func state(_ directory: StateDirectory) -> [Finding] {
    let path = directory.path
    let whose: String
    switch directory.standing {
    case .refused(let why):
      let parts = why.split(separator: "\n", maxSplits: 1).map(String.init)
      return [.lacks(parts[0], parts.count > 1 ? parts[1] : "")]
    case .absent, .own: whose = "yours alone"
    case .shared(let group):
      whose = "shared by the group \(AccountNames.group(group))"
    }
    let swept = RunStore(state: path).sweep().map(\.name)
    var findings = [
      StateDirectory.refusal(toWriteIn: path).map {
        .lacks(
          "state directory \(path): \($0)",
          "Make room or rights there, or name another one with MAILCONSOLE_STATE."
        )
      } ?? Finding.has("state directory \(path) takes a file; it is \(whose)")
    ]
    if case .shared = directory.standing, path.utf8.count > RunnerSocket.longestSharedState {
      findings.append(
        .lacks(
          "the path of the shared state directory has \(path.utf8.count) bytes, and the sockets of "
            + "its runners leave room for \(RunnerSocket.longestSharedState)",
          "Name a shorter one with MAILCONSOLE_STATE."
        )
      )
    }
    let unshared = directory.unshared
    if let first = unshared.first {
      let more = unshared.count > 1 ? " and \(unshared.count - 1) more" : ""
      let word = CommandText.render([path])
      findings.append(
        .lacks(
          "\(first)\(more) in the shared state directory is from before it was shared, and no other "
            + "member can use it",
          "While no run is performed:  chgrp -R \(whose.split(separator: " ").last ?? "") \(word) "
            + "&& chmod -R u=rwX,g=rwX,o= \(word) && find \(word) -type d -exec chmod g+s {} +"
        )
      )
    }
    if !swept.isEmpty {
      findings.append(
        .has("removed what was left of runs that were never made: \(swept.joined(separator: ", "))")
      )
    }
    return findings
  }

  private static func site(_ site: Site) -> [Finding] {
    var findings: [Finding] = [.has("site \(site.name), \(site.operators.count) operators")]
    if let kubeconfig = site.kubernetes.kubeconfig {
      findings.append(
        FileManager.default.isReadableFile(atPath: kubeconfig)
          ? .has("kubeconfig \(kubeconfig)")
          : .lacks(
            "kubeconfig \(kubeconfig) cannot be read",
            "The site's cluster cannot be reached without it."
          )
      )
    }
    guard let signers = site.signers.allowed else {
      let typed = "sign-offs are typed names: the site has no allowed_signers"
      return findings + [.has(typed)]
    }
    if !signers.skipped.isEmpty {
      let lines = signers.skipped.map { "line \($0.line), column \($0.column): \($0.message)" }
      findings.append(
        .lacks(
          (["allowed_signers has lines that OpenSSH leaves out"] + lines).joined(separator: "\n"),
          "Correct or remove them: who is on them cannot sign."
        )
      )
    }
    let signer = SSHSigner()
    let now = SystemRunClock().read().wall
    let people = site.operators.map(\.name)
    let keys: SigningKeys
    do {
      keys = try blocking {
        await SigningKeys.find(for: people) { name async throws(SigningFailure) in
          try await signer.key(of: name, in: site.signers, at: now)
        }
      }
    } catch {
      return findings + [.lacks("the ssh-agent: \(error)", "")]
    }
    let holders = keys.holders.map(\.name).joined(separator: ", ")
    findings.append(
      holders.isEmpty
        ? .lacks(
          keys.problem ?? "no key in the ssh-agent signs for an operator of this site",
          "Sign-offs need one: ssh-add, or sign elsewhere with `mailconsole challenge` and `sign`."
        )
        : .has("a key in the ssh-agent signs for \(holders)")
    )
    return findings
  }

  private static func program(_ name: String, _ fix: String) -> Finding {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let place = path.split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    return place == nil ? .lacks("no \(name) on PATH", fix) : .has("\(name) on PATH")
  }
}

/// One thing that `doctor` looked at.
private enum Finding {
  case has(String)
  /// What is wrong, and what to do; the first may be of several lines.
  case lacks(String, String)

  var isLack: Bool { if case .lacks = self { true } else { false } }

  /// The first line begins with the verdict; what follows is indented under it.
  var lines: [String] {
    let (sign, text, fix) =
      switch self {
      case .has(let what): ("ok", what, "")
      case .lacks(let what, let fix): ("LACKS", what, fix)
      }
    let all = text.split(separator: "\n").map(String.init) + (fix.isEmpty ? [] : [fix])
    return all.enumerated().map { ($0 == 0 ? sign : "").padding(to: 7) + $1 }
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
