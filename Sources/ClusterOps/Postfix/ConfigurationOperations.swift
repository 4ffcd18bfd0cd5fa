internal import Runbooks

/// `postfix.check`: `postfix check`, and `postconf -n`, which warns of parameters nobody reads.
struct PostfixCheckOperation: CommandOperation {
  var declaration: OperationDeclaration { .postfixCheck }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    // The settings themselves are not streamed: a relay's credentials may be among them.
    return [
      .postfix(["postfix", "check"], on: site),
      .postfix(["postconf", "-n"], on: site, streams: false),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { check throws(OperationFailure) in
      // A check that fails is a finding; a container that cannot be reached is not.
      if check.exit != 0, !KubectlFailure.isFromContainer(check) {
        throw KubectlFailure.failure(check, of: commands[0])
      }
      return .run(commands[1]) { settings throws(OperationFailure) in
        if settings.exit != 0, !KubectlFailure.isFromContainer(settings) {
          throw KubectlFailure.failure(settings, of: commands[1])
        }
        return .done(Self.result(check, settings))
      }
    }
  }

  private static func result(
    _ check: CommandOutcome,
    _ settings: CommandOutcome
  ) -> OperationResult {
    let lines = (check.stderr + [0x0A] + check.stdout + [0x0A] + settings.stderr)
    let warnings = LineSplitter.lines(of: lines, limit: 1024).map { $0.text }.filter {
      !$0.trimmingSpaces.isEmpty && !$0.contains(KubectlFailure.containerSign)
        && !$0.hasPrefix("Defaulted container")
    }
    let isOK = check.exit == 0 && settings.exit == 0 && warnings.isEmpty
    let count = LineSplitter.lines(of: settings.stdout).count { $0.text.contains(" = ") }
    return OperationResult(
      values: [
        "ok": .boolean(isOK),
        "warnings": .list(warnings.prefix(50).map { .string(capped($0, 400)) }),
        "settings": .integer(count),
      ],
      summary: isOK
        ? "Postfix finds nothing wrong with \(counted(count, "setting"))."
        : "Postfix has \(counted(warnings.count, "complaint"))"
          + (warnings.first.map { ": \(capped($0, 120))" } ?? "") + "."
    )
  }
}

/// `postfix.settings`: settings in effect against those expected.
struct SettingsOperation: CommandOperation {
  var declaration: OperationDeclaration { .settings }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let names = try expectations(arguments).map(\.name)
    return [.postfix(["postconf"] + names, on: site)]
  }

  private func expectations(
    _ arguments: Arguments
  ) throws(OperationFailure) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for text in arguments.strings("expect") ?? [] {
      guard let equals = text.firstIndex(of: "=") else { throw refusal(text) }
      let name = String(text[..<equals].trimmingSpaces)
      let isName = name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0)
          || $0 == UInt8(ascii: "_")
      }
      guard !name.isEmpty, isName else { throw refusal(text) }
      pairs.append((name, Self.plain(text[text.index(after: equals)...])))
    }
    guard !pairs.isEmpty else { throw refusal("") }
    return pairs
  }

  private func refusal(_ text: String) -> OperationFailure {
    OperationFailure(
      .refused,
      "‘\(capped(text, 60))’ in `expect` is not a setting",
      advice: "Write `name=value`, e.g. `smtpd_tls_auth_only=yes`.",
      effect: .none
    )
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let arguments = call.arguments
    let expected = try expectations(arguments)
    return .run(commands[0]) { outcome throws(OperationFailure) in
      try PostfixFailure.require(outcome, of: commands[0])
      var actual: [String: String] = [:]
      for line in outcome.stdoutText.split(separator: "\n") {
        guard let equals = line.firstIndex(of: "=") else { continue }
        actual[String(line[..<equals].trimmingSpaces)] = Self.plain(
          line[line.index(after: equals)...]
        )
      }
      let mismatched = expected.compactMap { name, value -> String? in
        guard let found = actual[name] else { return "\(name): Postfix does not have it" }
        guard found != value else { return nil }
        return "\(name): is ‘\(capped(found, 120))’, expected ‘\(capped(value, 120))’"
      }
      let matched = expected.count - mismatched.count
      return .done(
        OperationResult(
          values: [
            "matched": .integer(matched), "mismatched": .list(mismatched.map(Value.string)),
            "actual": .list(
              expected.compactMap { pair in
                actual[pair.name].map { .string(capped("\(pair.name)=\($0)", 400)) }
              }
            ),
          ],
          summary: mismatched.isEmpty
            ? "All \(counted(matched, "setting")) are as expected."
            : "\(counted(mismatched.count, "setting")) not as expected: "
              + "\(capped(mismatched[0], 140))."
        )
      )
    }
  }

  /// A value with commas and white space between its words as one space; Postfix
  /// reads both as separators (postconf(5)).
  private static func plain(_ text: some StringProtocol) -> String {
    text.split { $0.isWhitespace || $0 == "," }.joined(separator: " ")
  }
}

/// `postfix.services`: `postconf -M` against services expected and forbidden.
struct ServicesOperation: CommandOperation {
  var declaration: OperationDeclaration { .services }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    return [.postfix(["postconf", "-M"], on: site)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let arguments = call.arguments
    return .run(commands[0]) { outcome throws(OperationFailure) in
      try PostfixFailure.require(outcome, of: commands[0])
      let services = outcome.stdoutText.split(separator: "\n").compactMap { line -> String? in
        guard !line.hasPrefix(" "), !line.hasPrefix("\t") else { return nil }
        let fields = line.split { $0 == " " || $0 == "\t" }
        return fields.count > 1 ? capped("\(fields[0])/\(fields[1])") : nil
      }
      let missing = (arguments.strings("expect") ?? []).filter { !services.contains($0) }
      let forbidden = (arguments.strings("forbid") ?? []).filter { services.contains($0) }
      func texts(_ texts: [String]) -> Value { .list(texts.map(Value.string)) }
      return .done(
        OperationResult(
          values: [
            "services": texts(services), "missing": texts(missing), "forbidden": texts(forbidden),
          ],
          summary: "\(counted(services.count, "service")), \(missing.count) missing, "
            + "\(forbidden.count) forbidden."
        )
      )
    }
  }
}

/// `postfix.reload`.
struct ReloadOperation: CommandOperation {
  var declaration: OperationDeclaration { .reload }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    return [.postfix(["postfix", "reload"], on: site, changes: true)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { outcome throws(OperationFailure) in
      try PostfixFailure.require(outcome, of: commands[0])
      return .done(
        OperationResult(
          values: ["reloaded": .boolean(true)],
          summary: "Postfix read its configuration anew."
        )
      )
    }
  }
}
