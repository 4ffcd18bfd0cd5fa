internal import Runbooks

/// kubectl(1), and the way into the containers, in a simulated world.
struct KubernetesFacet: Facet {
  let programs: Set = ["kubectl"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    guard case .here = command.vantage, command.program.first == "kubectl" else { return nil }
    return scene.serverFailure() ?? scene.kubectl(Array(command.program.dropFirst()))
  }
}

extension Scene {
  fileprivate mutating func kubectl(_ arguments: [String]) -> Answer {
    var words = arguments[...]
    while let first = words.first, first.hasPrefix("--") { words = words.dropFirst(2) }
    let rest = Array(words.dropFirst())
    reconcile()
    return switch words.first {
    case "get" where rest.first == "--kustomize": objects()
    case "get" where rest.first == "pods": pods()
    case "get" where rest.first == "node": node(rest.dropFirst().first ?? "")
    case "get" where rest.first == VolumesOperation.kinds: volumes()
    case "get" where rest.first == ACMEStatus.kinds: certificates()
    case "get": workload(rest.first ?? "")
    case "apply": apply()
    case "diff": diff()
    case "rollout": rollout()
    case "delete": delete(rest)
    case "label": label(rest)
    case "cordon", "uncordon": cordon(rest, words.first == "cordon")
    case "drain": drain(rest)
    case "logs": logs(rest)
    default: Answer(exit: 1, stderr: "error: unknown command \"\(words.first ?? "")\"\n")
    }
  }

  /// What kubectl says when there is no way into a container; nil: there is one.
  mutating func refusal(of container: String) -> Answer? {
    if let failure = serverFailure() { return failure }
    reconcile()
    guard !kubernetes.records("pods").isEmpty else {
      return Answer(exit: 1, stderr: "error: timed out waiting for the condition\n")
    }
    guard runs(container) else {
      return Answer(
        exit: 1,
        stderr: "error: unable to upgrade connection: container not found (\"\(container)\")\n"
      )
    }
    return nil
  }

  /// What kubectl says when the API server is not to be had.
  fileprivate func serverFailure() -> Answer? {
    let server = "mail-node:6443"
    let text: String? =
      switch kubernetes.text("api", "ok") {
      case "refused":
        "The connection to the server \(server) was refused - did you specify the right host or port?"
      case "timeout": "Unable to connect to the server: dial tcp 203.0.113.10:6443: i/o timeout"
      case "unknown_host":
        "Unable to connect to the server: dial tcp: lookup mail-node: no such host"
      case "unauthorized":
        "error: You must be logged in to the server (Unauthorized)"
      case "forbidden":
        "Error from server (Forbidden): pods is forbidden: User \"mailconsole\" cannot list "
          + "resource \"pods\" in API group \"\" in the namespace \"mail\""
      default: nil
      }
    return text.map { Answer(exit: 1, stderr: $0 + "\n") }
  }

  /// What a scenario says that a program in a container prints; the shell's words where it says nothing.
  func known(_ program: [String]) -> Answer {
    guard let command = kubernetes["commands"]?[program.joined(separator: " ")] else {
      return Answer(
        exit: 126,
        stderr: "OCI runtime exec failed: exec failed: exec: \"\(program.first ?? "")\": "
          + "executable file not found in $PATH: unknown\n"
      )
    }
    var answer = Answer(command.text("stdout", ""))
    answer.stderr = command.text("stderr", "")
    answer.exit = command.int("exit", 0)
    return answer
  }

  mutating func set(_ field: String, _ value: Value) {
    var fields = kubernetes.fields
    fields[field] = value
    kubernetes = .record(fields)
  }
}
