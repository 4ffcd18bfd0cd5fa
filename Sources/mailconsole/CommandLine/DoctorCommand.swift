internal import ArgumentParser
internal import ClusterOps
internal import Foundation
internal import Runbooks

/// `mailconsole doctor`
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Say what is there and what is lacking: on this machine, in the site, in its cluster.",
    discussion: """
      Of a site with a cluster it also tries the way to each vantage, looks there for the programs that \
      checks run, and asks the cluster for the namespace, the workload and each right that operations \
      need. Nothing is changed there. What is far is looked at side by side and told as it comes; one look takes \
      ten seconds at most.

      Exit status: 0 nothing is lacking; 1 something is.
      """
  )

  @OptionGroup var site: SiteOptions
  @OptionGroup var library: LibraryOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let share = try ShareDirectory.locate()
      var all: [Inspection] = []
      let machine = Self.machine(share)
      tell(machine)
      all += machine
      do throws(CommandFailure) {
        let site = try self.site.load(share)
        let name = try self.site.actor(on: site)
        let actor = site.operators.first { $0.name == name }?.name
        let near = SiteInspection.near(site, actor: actor, plan: roles)
        tell(near)
        all += near
        if SiteInspection.hasCluster(site) {
          let checks = CheckLibrary(
            directory: (library.runbooks ?? share.runbooks) + "/" + RunbookLibrary.checks
          )
          all += try SiteInspection.far(site, checks.checks, tell: tell)
        }
      } catch {
        let lack = [Inspection.lacks(error.message, "", at: SiteInspection.place)]
        tell(lack)
        all += lack
      }
      if json { Output.raw(JSONText.encode(all.map(InspectionRow.init))) }
      return all.contains(where: \.isLack) ? .findings : .done
    }
  }

  /// Prints findings as they come; JSON is one document at the end.
  private var tell: @Sendable ([Inspection]) -> Void {
    guard !json else { return { _ in } }
    return { findings in
      for finding in findings { finding.lines.forEach(Output.line) }
    }
  }

  /// The roles of the plan; none where there is no plan.
  private var roles: [PlanRole] { (try? PlanReading.plan(library))?.roles ?? [] }

  private static let place = "machine"

  private static func machine(_ share: ShareDirectory) -> [Inspection] {
    var findings = [Inspection.has("runbooks in \(share.runbooks)", at: place)]
    findings += state(StateDirectory())
    findings += machinePrograms.map { program($0.name, $0.fix) }
    let home = RunnerProcess.Home.find()
    findings.append(
      home.warning == nil
        ? .has(home.survival, at: place)
        : .lacks(
          home.survival,
          "Have `loginctl enable-linger` run for you: runs then have a scope of systemd of their own.",
          at: place
        )
    )
    return findings
  }

  /// What every site needs here, and how one comes by it.
  static let machinePrograms = [
    (name: "kubectl", fix: "Install kubernetes-client 1.27 or later."),
    (name: "ssh-keygen", fix: "Install openssh-client."),
  ]

  /// Writes what a run would, and takes it away again.
  private static func state(_ directory: StateDirectory) -> [Inspection] {
    let path = directory.path
    let whose: String
    switch directory.standing {
    case .refused(let why):
      let parts = why.split(separator: "\n", maxSplits: 1).map(String.init)
      return [.lacks(parts[0], parts.count > 1 ? parts[1] : "", at: place)]
    case .absent, .own: whose = "yours alone"
    case .shared(let group):
      whose = "shared by the group \(AccountNames.group(group))"
    }
    let swept = RunStore(state: path).sweep().map(\.name)
    var findings = [
      StateDirectory.refusal(toWriteIn: path).map {
        .lacks(
          "state directory \(path): \($0)",
          "Make room or rights there, or name another one with MAILCONSOLE_STATE.",
          at: place
        )
      } ?? Inspection.has("state directory \(path) takes a file; it is \(whose)", at: place)
    ]
    if case .shared = directory.standing, path.utf8.count > RunnerSocket.longestSharedState {
      findings.append(
        .lacks(
          "the path of the shared state directory has \(path.utf8.count) bytes, and the sockets of "
            + "its runners leave room for \(RunnerSocket.longestSharedState)",
          "Name a shorter one with MAILCONSOLE_STATE.",
          at: place
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
            + "&& chmod -R u=rwX,g=rwX,o= \(word) && find \(word) -type d -exec chmod g+s {} +",
          at: place
        )
      )
    }
    if !swept.isEmpty {
      findings.append(
        .has(
          "removed what was left of runs that were never made: \(swept.joined(separator: ", "))",
          at: place
        )
      )
    }
    return findings
  }

  private static func program(_ name: String, _ fix: String) -> Inspection {
    ProgramInspection.isThere(name)
      ? .has("\(name) on PATH", at: place) : .lacks("no \(name) on PATH", fix, at: place)
  }
}

extension Inspection {
  /// The first line begins with the verdict; what follows is indented under it.
  fileprivate var lines: [String] {
    let isNear = ["machine", SiteInspection.place].contains(place)
    let all =
      (isNear ? text : "\(place): \(text)").split(separator: "\n").map(String.init)
      + (advice.isEmpty ? [] : [advice])
    return all.enumerated().map { ($0 == 0 ? isLack ? "LACKS" : "ok" : "").padding(to: 7) + $1 }
  }
}

/// A finding as `--json` shows it.
private struct InspectionRow: Encodable {
  /// machine, site, cluster, or the name of a vantage.
  let place: String
  let isLack: Bool
  let text: String
  /// What to do; absent where nothing has to be done.
  let advice: String?

  init(_ inspection: Inspection) {
    place = inspection.place
    isLack = inspection.isLack
    text = inspection.text
    advice = inspection.advice.isEmpty ? nil : inspection.advice
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
