internal import Runbooks

/// Postfix's programs in its container, and those beside them, in a simulated world.
struct PostfixFacet: Facet {
  let programs: Set = [
    "postqueue", "postcat", "postfix", "postconf", "cat", "openssl", "postsuper", "tail",
  ]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    guard case .pod = command.vantage else { return nil }
    return scene.program(command.program, command.input)
  }
}

extension Scene {
  fileprivate mutating func program(_ argv: [String], _ input: [UInt8]) -> Answer? {
    let isRunning = postfix.truth("running", true)
    if !isRunning, argv.contains("postqueue") {
      return Answer(
        exit: 69,
        stderr: "postqueue: fatal: Queue report unavailable - mail system is down\n"
      )
    }
    let ids = String(decoding: input, as: UTF8.self).split(separator: "\n").map(String.init)
    switch argv {
    case ["postqueue", "-j"]: return Answer(bytes: queue().printed)
    case ["postqueue", "-f"]: return retry(nil)
    case ["xargs", "-r", "-n", "1", "postqueue", "-i"]: return retry(Set(ids))
    case ["xargs", "-r", "-n", "100", "postcat", "-q"]: return copy(ids)
    case ["postfix", "check"]: return complaints("errors", exit: 1)
    case ["postfix", "reload"]: return reload()
    case ["postconf", "-n"]:
      var answer = complaints("warnings", exit: 0)
      answer.stdout = Array(settings(nil).utf8)
      return answer
    case ["postconf", "-M"]:
      return Answer(
        postfix.texts("services").map { service in
          let parts = service.split(separator: "/")
          return "\(parts.joined(separator: "       ")) n - n - - \(parts.first ?? "")\n"
        }.joined()
      )
    case ["cat", "/proc/net/tcp", "/proc/net/tcp6"]:
      return Answer(ListenerTable.text(listeners()))
    default: break
    }
    switch argv.first {
    case "cat" where argv.dropFirst().allSatisfy { $0.hasSuffix(".crt") }:
      return mountedCertificates(argv.count - 1)
    case "openssl" where argv.count == 6 && argv[1] == "s_client":
      return served(argv[3], argv[5])
    case "postsuper" where argv.count == 3: return postsuper(argv[1], ids)
    case "postconf" where argv.count == 3 && argv[1] == "-e": return set(argv[2])
    case "postconf" where argv.count == 3 && argv[1] == "-h": return value(argv[2])
    case "postconf": return postconf(Array(argv.dropFirst()))
    case "tail" where argv.count == 4: return log(Int(argv[2]) ?? 0)
    default: return nil
    }
  }

  private func complaints(_ field: String, exit: Int) -> Answer {
    let lines = postfix.texts(field)
    return Answer(exit: lines.isEmpty ? 0 : exit, stderr: lines.map { $0 + "\n" }.joined())
  }

  private func settings(_ names: [String]?) -> String {
    let all = postfix["settings"]?.fields ?? [:]
    return (names ?? all.keys.sorted()).compactMap { name in
      all[name].map { "\(name) = \($0)\n" }
    }.joined()
  }

  private func postconf(_ names: [String]) -> Answer {
    var answer = Answer(settings(names))
    let known = postfix["settings"]?.fields ?? [:]
    answer.stderr = names.filter { known[$0] == nil }.map {
      "postconf: warning: \($0): unknown parameter\n"
    }.joined()
    return answer
  }

  private func log(_ tail: Int) -> Answer {
    var lines = deliveries() + postfix.texts("log")
    for login in postfix.records("logins") {
      let (user, client) = (login.text("user", "user"), login.text("client", "192.0.2.66"))
      let count = max(0, login.int("count", 1))
      // Of those before the tail nobody hears.
      for number in max(0, count - max(0, tail))..<count {
        let id = SimulatedQueue.id(0x50_0000 + number)
        lines.append(
          "Nov 22 03:10:00 mail postfix/submission/smtpd[211]: \(id): "
            + "client=unknown[\(client)], sasl_method=PLAIN, sasl_username=\(user)"
        )
      }
    }
    return Answer(lines.suffix(tail).map { $0 + "\n" }.joined())
  }

  // MARK: The queue

  /// The queue; generators become messages the first time it is looked at.
  private mutating func queue() -> SimulatedQueue {
    if !postfix.records("generators").isEmpty
      || postfix.records("messages").contains(where: { $0["arrived"] == nil })
    {
      save(
        SimulatedQueue(
          postfix,
          domain: site.domain,
          now: world.now,
          seed: chance()
        )
      )
    }
    return SimulatedQueue(postfix, domain: "", now: world.now, seed: 0)
  }

  private mutating func save(_ queue: SimulatedQueue) {
    var fields = postfix.fields
    fields["messages"] = .list(queue.messages.map(\.value))
    fields["generators"] = .list([])
    postfix = .record(fields)
  }

  private mutating func postsuper(_ option: String, _ ids: [String]) -> Answer {
    let changes: [QueueChangeOperation.Change] = [.hold, .release, .requeue, .delete]
    guard let change = changes.first(where: { $0.option == option }) else {
      return Answer(exit: 1, stderr: "postsuper: fatal: usage: postsuper\n")
    }
    var queue = queue()
    let named = Set(ids)
    var count = 0
    queue.messages = queue.messages.compactMap { message in
      guard named.contains(message.id), change.applies(to: message.queue) else { return message }
      count += 1
      var changed = message
      switch change {
      case .hold:
        changed.queue = .hold
        changed.next = nil
      case .release:
        changed.queue = .deferred
        // At the next scan of the queue.
        changed.next = goesOn ? world.now + 1 : nil
      case .requeue:
        changed.queue = .incoming
        changed.next = nil
        // Where it goes on it may have to wait again, as it did before.
        if !goesOn { changed.reason = "" }
      case .delete: return nil
      }
      return changed
    }
    save(queue)
    guard count > 0 else { return Answer() }
    let noun = count == 1 ? "message" : "messages"
    return Answer(exit: 0, stderr: "postsuper: \(change.announcement): \(count) \(noun)\n")
  }

  /// Attempts delivery of deferred messages, to whoever takes mail by now.
  private mutating func retry(_ ids: Set<String>?) -> Answer {
    var queue = queue()
    let internet = world.state["internet"] ?? .record([:])
    let times = RetryTimes(postfix)
    queue.messages = queue.messages.compactMap { message in
      guard message.queue == .deferred, ids?.contains(message.id) ?? true else { return message }
      let behaviour = internet[message.domain]?.text ?? ""
      guard behaviour != "accept", behaviour != "refuse" else { return nil }
      var tried = message
      tried.reason = SimulatedQueue.reason(of: behaviour, message.domain) ?? message.reason
      if goesOn { tried.next = times.next(for: message, triedAt: world.now) }
      return tried
    }
    save(queue)
    return Answer()
  }

  private mutating func copy(_ ids: [String]) -> Answer {
    let byID = Dictionary(queue().messages.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    var answer = Answer()
    for id in ids {
      if let message = byID[id] {
        answer.stdout += Array(message.copy.utf8)
      } else {
        answer.exit = 123
        answer.stderr += "postcat: fatal: open queue file \(id): No such file or directory\n"
      }
    }
    return answer
  }
}

/// `/proc/net/tcp` and `tcp6` for given listeners.
private enum ListenerTable {
  static func text(_ listeners: [String]) -> String {
    let heading = "  sl  local_address rem_address   st\n"
    return heading
      + listeners.enumerated().compactMap { number, listener in
        line(listener).map { "\(number): \($0) 00000000:0000 0A\n" }
      }.joined()
  }

  private static func line(_ listener: String) -> String? {
    guard let colon = listener.lastIndex(of: ":"),
      let port = UInt16(listener[listener.index(after: colon)...])
    else { return nil }
    let digits = hex(UInt64(port), 4)
    switch String(listener[..<colon]) {
    case "[::]": return hex(0, 32) + ":" + digits
    case "[::1]": return hex(0, 24) + "01000000:" + digits
    case let address:
      let bytes = address.split(separator: ".").compactMap { UInt64($0) }
      guard bytes.count == 4 else { return nil }
      return bytes.reversed().map { hex($0, 2) }.joined() + ":" + digits
    }
  }

  private static func hex(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
