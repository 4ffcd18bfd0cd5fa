internal import Runbooks

// What takes the simulated mail service out of use, and back.

extension Scene {
  /// Whether Postfix's TCP listeners are there.
  var isTakingMail: Bool { !postfix.text("disabled", "").contains("inet") }

  /// Whether Postfix runs at all: the daemon, and the container it is in.
  var isPostfixRunning: Bool {
    postfix.truth("running", true) && runs(site.kubernetes.container)
  }

  /// What listens in the node's network: Postfix's own only while it takes mail.
  func listeners() -> [String] {
    let all = kubernetes.texts("listeners")
    // A world that goes on has them only while there is somebody to listen.
    guard !isTakingMail || goesOn && !isPostfixRunning else { return all }
    let given = postfix["ports"]?.elements?.compactMap(\.int) ?? [25, 465, 587, 10589]
    let own = Set(given.map(String.init))
    return all.filter { !own.contains(String($0.split(separator: ":").last ?? "")) }
  }

  /// `postconf -e name=value`: in the pod's main.cf, and in effect after a reload.
  mutating func set(_ assignment: String) -> Answer {
    let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    var fields = postfix.fields
    var settings = postfix["settings"]?.fields ?? [:]
    settings[String(parts[0])] = .string(parts.count > 1 ? String(parts[1]) : "")
    fields["settings"] = .record(settings)
    postfix = .record(fields)
    return Answer()
  }

  /// `postconf -h name`. What no scenario sets is empty.
  func value(_ name: String) -> Answer {
    Answer((postfix["settings"]?[name]?.text ?? "") + "\n")
  }

  mutating func reload() -> Answer {
    guard postfix.truth("running", true) else {
      return Answer(
        exit: 1,
        stderr: "postfix/postfix-script: fatal: the Postfix mail system is not running\n"
      )
    }
    let disabled = postfix["settings"]?["master_service_disable"]?.text ?? ""
    var fields = postfix.fields
    fields["disabled"] = disabled.isEmpty ? nil : .string(disabled)
    postfix = .record(fields)
    return Answer(exit: 0, stderr: "postfix/postfix-script: refreshing the Postfix mail system\n")
  }

  /// The main.cf of a new pod has no such setting.
  mutating func forgetIntake() {
    var fields = postfix.fields
    var settings = postfix["settings"]?.fields ?? [:]
    settings["master_service_disable"] = nil
    if fields["settings"] != nil { fields["settings"] = .record(settings) }
    fields["disabled"] = nil
    postfix = .record(fields)
  }
}
