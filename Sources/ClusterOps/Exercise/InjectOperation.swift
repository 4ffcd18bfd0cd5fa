internal import Foundation
internal import Runbooks

/// `exercise.inject`: lets something happen to the players of an exercise or to their world.
///
/// It is one command that no machine has: the simulated world alone answers it, and in any other it is
/// refused before anything is done. Each inject happens once in a world; told again, with the same
/// content, it gives what it gave.
struct InjectOperation: CommandOperation {
  /// How it begins; the name of the inject follows.
  static let program = ["exercise", "inject"]

  /// The most bytes of a message.
  static let longestText = 64 << 10

  private static let inject = Parameter<String>(
    "inject",
    check: name,
    help: "its name; each happens once in a world"
  )
  private static let channel = Parameter<String>(
    "channel",
    default: { _ in "" },
    "none",
    check: { text, name throws(OperationFailure) in
      guard text.isEmpty || InjectChannel(rawValue: text) != nil else {
        let known = InjectChannel.allCases.map(\.rawValue).joined(separator: ", ")
        throw .refusedArgument(name, text, advice: "Give \(known), or nothing.")
      }
      return text
    },
    help: "how its message reaches the players: alert, mail, call or ticket; empty: it has none"
  )
  private static let sender = Parameter<String>(
    "sender",
    default: { _ in "" },
    "none",
    check: short,
    help: "who the message comes from in the story"
  )
  private static let to = Parameter<[String]>(
    "to",
    default: [],
    check: { roles, name throws(OperationFailure) in
      for role in roles { _ = try short(role, name) }
      return roles
    },
    help: "the roles that the message reaches"
  )
  private static let text = Parameter<String>(
    "text",
    default: { _ in "" },
    "none",
    check: { text, name throws(OperationFailure) in
      guard text.utf8.count <= longestText else {
        throw .refusedArgument(name, text, advice: "Give at most \(longestText) bytes.")
      }
      return text
    },
    help: "the message"
  )
  private static let world = Parameter<String>(
    "world",
    default: "{}",
    check: { text, name throws(OperationFailure) in
      do throws(MergePatch.Fault) {
        _ = try MergePatch(object: text)
      } catch {
        throw OperationFailure(
          .refused,
          "`\(name)` is no change of a world: \(error.words)",
          advice: "Give a JSON object by facet, e.g. {\"clamav\": {\"running\": false}}; null "
            + "takes a field away (RFC 7396).",
          effect: .none
        )
      }
      return text
    },
    help: "what it changes in the state of the world: a JSON object that is merged into it "
      + "(RFC 7396)"
  )

  private static let at = ResultField<String>(
    "at",
    help: "when it happened in the world, in UTC (RFC 3339)"
  )
  private static let message = ResultField<Int>(
    "message",
    help: "the number of its message in the inbox; 0: it has none"
  )
  private static let touched = ResultField<[String]>(
    "touched",
    help: "facets of the state that it changed"
  )
  private static let repeated = ResultField<Bool>(
    "repeated",
    help: "whether it had happened before, and nothing was done now"
  )

  let declaration = OperationDeclaration(
    "exercise.inject",
    "Lets an inject of an exercise happen: a message to its players, a change of their world.",
    parameters: [inject, channel, sender, to, text, world],
    results: [at, message, touched, repeated],
    risk: .change,
    isRepeatable: false
  )

  private static func name(_ text: String, _ name: String) throws(OperationFailure) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "-_.".utf8.contains($0)
    }
    guard (1...120).contains(text.utf8.count), isPlain, !text.hasPrefix("-") else {
      throw .refusedArgument(name, text, advice: "Give a name such as first-alert.")
    }
    return text
  }

  private static func short(_ text: String, _ name: String) throws(OperationFailure) -> String {
    guard text.utf8.count <= 400, !text.contains(where: \.isNewline) else {
      throw .refusedArgument(name, text, advice: "Give a line of at most 400 bytes.")
    }
    return text
  }

  private static func content(_ call: Call) throws(OperationFailure) -> InjectContent {
    let content = InjectContent(
      channel: try call[channel],
      sender: try call[sender],
      to: try call[to],
      text: try call[text],
      world: try call[world]
    )
    guard content.channel.isEmpty, !content.text.isEmpty else { return content }
    throw OperationFailure(
      .refused,
      "the inject has a text and no channel, so nobody would read it",
      advice: "Give `channel`, or leave `text` out.",
      effect: .none
    )
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    _ = try Self.content(call)
    return [
      Command(
        here: Self.program + [try call[Self.inject]],
        inputDescription: "its message, and what it changes in the simulated world, as JSON",
        changes: true,
        streams: false
      ).onlySimulated()
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let name = try call[Self.inject]
    let content = try Self.content(call)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let input = try? encoder.encode(content) else {
      throw OperationFailure(
        .refused,
        "the inject cannot be told to the world",
        advice: "See that its texts are plain.",
        effect: .none
      )
    }
    return .run(commands[0].feeding(Array(input))) { outcome throws(OperationFailure) in
      .done(Self.result(try Self.read(outcome), name, evidence: Array(input)))
    }
  }

  /// What the world says became of it.
  private static func read(
    _ outcome: CommandOutcome
  ) throws(OperationFailure) -> InjectOutcome {
    guard outcome.exit == 0 else {
      throw OperationFailure(
        .refused,
        outcome.stderrText.isEmpty
          ? "the world does not take the inject"
          : capped(String(outcome.stderrText.trimmingSpaces)),
        advice: "Nothing was changed. Correct the exercise.",
        effect: .none
      )
    }
    guard !outcome.isTruncated,
      let told = try? JSONDecoder().decode(InjectOutcome.self, from: Data(outcome.stdout))
    else {
      throw OperationFailure(
        .undetermined,
        "what the world says of the inject is not understood",
        advice: "Look at the inbox of the world, then tell it again: it happens only once.",
        effect: .unknown
      )
    }
    return told
  }

  private static func result(
    _ told: InjectOutcome,
    _ name: String,
    evidence: [UInt8]
  ) -> OperationResult {
    let time = KubernetesObjects.timestamp(told.at)
    var parts: [String] = []
    if told.message > 0 { parts.append("message \(told.message)") }
    if !told.touched.isEmpty {
      parts.append("a change of \(capped(told.touched.joined(separator: ", "), 120))")
    }
    let what = parts.isEmpty ? "nothing of it can be seen" : parts.joined(separator: " and ")
    return OperationResult(
      [at(time), message(told.message), touched(told.touched), repeated(told.repeated)],
      summary: told.repeated
        ? "\(name) had happened at \(time) before: \(what)."
        : "\(name) happens at \(time): \(what).",
      evidence: [Evidence(name: "inject", mediaType: "application/json", bytes: evidence)]
    )
  }
}
