internal import Runbooks

/// Builds kubectl's argument vectors for a site (kubectl(1)).
struct Kubectl: Sendable {
  private let site: Site

  init(_ site: Site) { self.site = site }

  /// A call of kubectl in the site's cluster and mail namespace.
  ///
  /// `isShort` calls carry a request timeout; those that stream or wait do not,
  /// as kubectl would apply it to the whole stream.
  func call(_ arguments: [String], isShort: Bool = true) -> [String] {
    var argv = ["kubectl"]
    if let kubeconfig = site.kubernetes.kubeconfig { argv += ["--kubeconfig", kubeconfig] }
    if let context = site.kubernetes.context { argv += ["--context", context] }
    argv += ["--namespace", site.kubernetes.namespace]
    if isShort { argv += ["--request-timeout", "30s"] }
    return argv + arguments
  }

  /// A call of a program in a container of the mail workload.
  func exec(
    _ program: [String],
    workload: String? = nil,
    container: String? = nil,
    withInput: Bool = false
  ) -> [String] {
    var arguments = ["exec"]
    if withInput { arguments.append("--stdin") }
    arguments += [
      workload ?? site.kubernetes.workload, "--container", container ?? site.kubernetes.container,
      "--",
    ]
    return call(arguments + program, isShort: false)
  }
}

extension Command {
  /// A reading program to be run in a container.
  static func reading(
    _ program: [String],
    on site: Site,
    workload: String? = nil,
    container: String? = nil,
    inputDescription: String? = nil,
    keep: Int = 1 << 20,
    streams: Bool = true
  ) -> Command {
    Command(
      program,
      from: .pod(workload: workload, container: container),
      on: site,
      inputDescription: inputDescription,
      keep: keep,
      streams: streams
    )
  }
}

/// Words that kubectl takes as a name or selector and not as an option.
enum KubernetesName {
  /// The check of a parameter.
  ///
  /// - Parameter what: what it has to be, with its article.
  static func check(
    _ what: String
  ) -> @Sendable (String, String) throws(OperationFailure) -> String {
    { text, _ throws(OperationFailure) in try checked(text, what) }
  }

  /// Refuses an argument that kubectl would read as something else than a value.
  static func checked(
    _ text: String,
    _ what: String
  ) throws(OperationFailure) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "-._/=,!() :".utf8.contains($0)
    }
    guard !text.isEmpty, !text.hasPrefix("-"), text.utf8.count <= 500, isPlain else {
      throw OperationFailure(
        .refused,
        "‘\(capped(text, 60))’ is not \(what)",
        advice: "Correct the argument in the runbook or the site.",
        effect: .none
      )
    }
    return text
  }
}

extension Procedure {
  /// Runs a command of kubectl that has to succeed, and goes on with its outcome.
  static func kubectl(
    _ command: Command,
    then: @escaping (CommandOutcome) throws(OperationFailure) -> Procedure
  ) -> Procedure {
    .run(command) { outcome throws(OperationFailure) in
      try KubectlFailure.require(outcome, of: command)
      return try then(outcome)
    }
  }
}
