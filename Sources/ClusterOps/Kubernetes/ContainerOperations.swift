internal import Runbooks

/// The workload and container of an operation, checked.
private func place(
  _ arguments: Arguments,
  _ site: Site
) throws(OperationFailure) -> (workload: String, container: String) {
  (
    try KubernetesName.checked(
      arguments.string("workload") ?? site.kubernetes.workload,
      "a workload"
    ),
    try KubernetesName.checked(
      arguments.string("container") ?? site.kubernetes.container,
      "a container"
    )
  )
}

/// `k8s.exec`: a program in a container.
struct ExecOperation: CommandOperation {
  var declaration: OperationDeclaration { .exec }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let (workload, container) = try place(arguments, site)
    guard let argv = arguments.strings("argv"), let program = argv.first, !program.isEmpty else {
      throw OperationFailure(
        .refused,
        "`argv` is empty",
        advice: "Name the program to run.",
        effect: .none
      )
    }
    return [
      Command(
        argv,
        from: .pod(workload: workload, container: container),
        on: site,
        keep: 64 << 10,
        changes: true
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let arguments = call.arguments
    return .run(commands[0]) { outcome throws(OperationFailure) in
      // Whatever the program's status is, it is a result; kubectl's own failure is not.
      if outcome.exit != 0, !KubectlFailure.isFromContainer(outcome) {
        throw KubectlFailure.failure(outcome, of: commands[0])
      }
      let lines = LineSplitter.lines(of: Array(outcome.stderr.suffix(4096))).map(\.text)
      // The last line is kubectl's own remark on the status.
      let stderr = lines.filter { !$0.hasPrefix(KubectlFailure.containerSign) }
        .joined(separator: "\n")
      return .done(
        OperationResult(
          values: [
            "exit": .integer(outcome.exit), "stdout": .string(outcome.stdoutText),
            "stderr": .string(stderr), "truncated": .boolean(outcome.isTruncated),
          ],
          summary: "\(capped(arguments.strings("argv")?.first ?? "", 60)) ended with "
            + "status \(outcome.exit)."
        )
      )
    }
  }
}

/// `k8s.logs`: the end of a container's log.
struct LogsOperation: CommandOperation {
  var declaration: OperationDeclaration { .logs }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let (workload, container) = try place(arguments, site)
    let tail = arguments.integer("tail") ?? 500
    guard 1...50_000 ~= tail else {
      throw OperationFailure(
        .refused,
        "`tail` is \(tail)",
        advice: "Ask for 1 to 50000 lines.",
        effect: .none
      )
    }
    _ = try LinePattern(arguments.string("pattern"))
    var options = ["--container", container, "--tail", String(tail)]
    if let since = arguments.duration("since") {
      options += ["--since", "\(max(1, since.components.seconds))s"]
    }
    if arguments.boolean("previous") == true { options.append("--previous") }
    return [
      Command(
        here: Kubectl(site).call(["logs", workload] + options, isShort: false),
        keep: 32 << 20
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let arguments = call.arguments
    let pattern = try LinePattern(arguments.string("pattern"))
    return .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let lines = LineSplitter.lines(of: outcome.stdout, limit: 4096).map(\.text)
      let matching = lines.filter { pattern.matches($0) }
      return .done(
        OperationResult(
          values: [
            "lines": .integer(lines.count), "matched": .integer(matching.count),
            "samples": .list(matching.prefix(20).map { .string(capped($0, 400)) }),
          ],
          summary: "\(counted(matching.count, "line")) of \(lines.count) "
            + "match\(matching.count == 1 ? "es" : "")."
        )
      )
    }
  }
}

/// A regular expression for log lines; without one every line matches.
private struct LinePattern {
  private let regex: Regex<AnyRegexOutput>?

  init(_ text: String?) throws(OperationFailure) {
    guard let text else {
      regex = nil
      return
    }
    do {
      regex = try Regex(text)
    } catch {
      throw OperationFailure(
        .refused,
        "‘\(capped(text, 60))’ is not a regular expression",
        advice: "Correct `pattern`; its syntax is that of Perl.",
        effect: .none
      )
    }
  }

  func matches(_ line: String) -> Bool {
    guard let regex else { return true }
    return (try? regex.firstMatch(in: line)) != nil
  }
}

/// `k8s.ports`: what listens, read from `/proc/net`, which every container has (proc(5)).
struct PortsOperation: CommandOperation {
  var declaration: OperationDeclaration { .ports }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let (workload, container) = try place(arguments, site)
    return [
      .reading(
        ["cat", "/proc/net/tcp", "/proc/net/tcp6"],
        on: site,
        workload: workload,
        container: container,
        keep: 16 << 20,
        streams: false
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let arguments = call.arguments
    func ports(_ name: String) -> [Int] { arguments[name]?.elements?.compactMap(\.int) ?? [] }
    let expected = ports("expect")
    let allowed = arguments["allow"] == nil ? nil : Set(expected + ports("allow"))
    return .run(commands[0]) { outcome throws(OperationFailure) in
      // A kernel without IPv6 has no tcp6: cat fails for it and prints the rest.
      let hasOutput = outcome.exit == 1 && KubectlFailure.isFromContainer(outcome)
      if !(hasOutput && !outcome.stdout.isEmpty) {
        try KubectlFailure.require(outcome, of: commands[0])
      }
      let open = Listener.read(outcome.stdoutText)
      let isPublic = Set(open.filter { !$0.isLoopback }.map(\.port)).sorted()
      let missing = Set(expected).subtracting(isPublic).sorted()
      let unexpected = allowed.map { Set(isPublic).subtracting($0).sorted() } ?? []
      func numbers(_ ports: [Int]) -> Value { .list(ports.map(Value.integer)) }
      var summary = "Listening publicly: " + isPublic.map(String.init).joined(separator: ", ")
      if isPublic.isEmpty { summary = "Nothing listens publicly" }
      if !missing.isEmpty {
        summary += "; missing: \(missing.map(String.init).joined(separator: ", "))"
      }
      if !unexpected.isEmpty {
        summary += "; unexpected: \(unexpected.map(String.init).joined(separator: ", "))"
      }
      return .done(
        OperationResult(
          values: [
            "open": .list(open.map { .string($0.text) }), "public": numbers(isPublic),
            "missing": numbers(missing), "unexpected": numbers(unexpected),
          ],
          summary: capped(summary) + "."
        )
      )
    }
  }
}

/// A listening TCP socket of `/proc/net/tcp` or `tcp6`.
struct Listener: Hashable, Comparable {
  /// As a person writes it: `0.0.0.0`, `::1`.
  let address: String
  let port: Int
  let isIPv6: Bool

  var isLoopback: Bool {
    address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
  }
  var text: String { isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)" }

  static func < (a: Listener, b: Listener) -> Bool {
    (a.port, a.isIPv6 ? 1 : 0, a.address) < (b.port, b.isIPv6 ? 1 : 0, b.address)
  }

  /// The listeners, each once, by port.
  static func read(_ text: String) -> [Listener] {
    Set(text.split(separator: "\n").compactMap(listener)).sorted()
  }

  private static func listener(_ line: Substring) -> Listener? {
    // "sl: local remote st …": 0A is TCP_LISTEN (include/net/tcp_states.h).
    let fields = line.split(separator: " ")
    guard fields.count > 3, fields[3] == "0A" else { return nil }
    let parts = fields[1].split(separator: ":")
    guard parts.count == 2, let port = Int(parts[1], radix: 16),
      let bytes = hostOrderBytes(parts[0])
    else { return nil }
    guard bytes.count == 16 else {
      return Listener(
        address: bytes.map(String.init).joined(separator: "."),
        port: port,
        isIPv6: false
      )
    }
    return Listener(address: ipv6(bytes), port: port, isIPv6: true)
  }

  /// The address in the order of the network; the kernel prints 32-bit words of the machine.
  private static func hostOrderBytes(_ hex: Substring) -> [UInt8]? {
    guard hex.count == 8 || hex.count == 32 else { return nil }
    var bytes: [UInt8] = []
    var rest = hex
    while !rest.isEmpty {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
      rest = rest.dropFirst(8)
    }
    return bytes
  }

  private static func ipv6(_ bytes: [UInt8]) -> String {
    let zeros = bytes.prefix(while: { $0 == 0 }).count
    if zeros == 16 { return "::" }
    if zeros == 15, bytes[15] == 1 { return "::1" }
    if zeros == 10, bytes[10] == 0xFF, bytes[11] == 0xFF {
      return "::ffff:" + bytes[12...].map { String($0) }.joined(separator: ".")
    }
    return stride(from: 0, to: 16, by: 2).map {
      String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
    }.joined(separator: ":")
  }
}
