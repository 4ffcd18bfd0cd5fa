internal import Runbooks

/// A simulated world behind kubectl's command line.
///
/// Takes the very argument vectors and input that the real cluster would get
/// and answers with what kubectl and Postfix's programs print, so that
/// everything that reads or decides is the same code for both.
struct SimulatedCluster {
  var world: SimulatedWorld
  var kubernetes: Value
  var postfix: Value

  init(_ world: SimulatedWorld) {
    self.world = world
    kubernetes = world.state["kubernetes"] ?? .record([:])
    postfix = world.state["postfix"] ?? .record([:])
  }

  /// What a program printed and how it ended.
  struct Answer {
    var exit = 0
    var stdout: [UInt8] = []
    var stderr = ""

    init(_ stdout: String = "") { self.stdout = Array(stdout.utf8) }

    init(bytes: [UInt8]) { stdout = bytes }

    init(exit: Int, stderr: String) {
      self.exit = exit
      self.stderr = stderr
    }
  }

  /// Runs a command of an operation.
  mutating func run(_ request: Request) throws(OperationFailure) -> CommandOutcome {
    guard request.argv.first == "kubectl" else {
      throw OperationFailure(
        .refused,
        "a tabletop has no \(capped(request.argv.first ?? "command", 60))",
        advice: "Only operations of the catalogue work in a simulated world.",
        effect: .none
      )
    }
    let answer = failure() ?? kubectl(Array(request.argv.dropFirst()), request.input)
    store()
    request.sink?(answer.stdout)
    var head = HeadBytes(limit: request.keep)
    head.append(answer.stdout)
    return CommandOutcome(
      ending: .exited(answer.exit),
      stdout: head.bytes,
      isTruncated: head.isTruncated,
      stderr: Array(answer.stderr.utf8)
    )
  }

  /// Puts the facets back into the world's state.
  private mutating func store() {
    world.state["kubernetes"] = kubernetes
    world.state["postfix"] = postfix
  }

  private mutating func kubectl(_ arguments: [String], _ input: [UInt8]) -> Answer {
    var words = arguments[...]
    while let first = words.first, first.hasPrefix("--") { words = words.dropFirst(2) }
    let rest = Array(words.dropFirst())
    reconcile()
    return switch words.first {
    case "get" where rest.first == "--kustomize": objects()
    case "get" where rest.first == "pods": pods()
    case "get" where rest.first == "node": node(rest.dropFirst().first ?? "")
    case "get": workload(rest.first ?? "")
    case "apply": apply()
    case "diff": diff()
    case "rollout": rollout()
    case "delete": delete(rest)
    case "label": label(rest)
    case "cordon", "uncordon": cordon(rest, words.first == "cordon")
    case "drain": drain(rest)
    case "logs": logs(rest)
    case "exec": exec(rest, input)
    default: Answer(exit: 1, stderr: "error: unknown command \"\(words.first ?? "")\"\n")
    }
  }

  /// What kubectl says when the API server is not to be had.
  private func failure() -> Answer? {
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

  mutating func set(_ field: String, _ value: Value) {
    var fields = kubernetes.fields
    fields[field] = value
    kubernetes = .record(fields)
  }

  /// The next number of the world's source of chance (SplitMix64).
  mutating func chance() -> UInt64 {
    var generator = SplitMix64(state: world.seed)
    defer { world.seed = generator.state }
    return generator.next()
  }
}

/// A small generator of chance whose state is one number (Steele, Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
