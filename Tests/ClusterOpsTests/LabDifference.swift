import Runbooks
import TestSupport

@testable import ClusterOps

/// What the simulated world may say otherwise than the lab did, and why.
struct LabAllowance {
  let operation: String
  /// The only question it is for; nil: all of the operation.
  var question: String?
  /// Results that may differ in value, or `argv`, `doubt`, `message`.
  let fields: Set<String>
  let reason: String

  init(_ operation: String, of question: String? = nil, _ fields: Set<String>, _ reason: String) {
    self.operation = operation
    self.question = question
    self.fields = fields
    self.reason = reason
  }

  func covers(_ asked: LabQuestion) -> Bool {
    operation == asked.operation && (question == nil || question == asked.description)
  }

  /// What may differ in an answer to a question.
  static func fields(for question: LabQuestion) -> Set<String> {
    all.filter { $0.covers(question) }.reduce(into: []) { $0.formUnion($1.fields) }
  }

  /// Words that are no result of any operation.
  static let others: Set = ["argv", "doubt", "message"]
}

/// Where the two worlds differ on a question.
enum LabDifference {
  /// What differs beyond what may, in words.
  ///
  /// Names and types are those that the operation declares, in both: an operation that departs from them
  /// fails. So values are left to compare, and the command lines that lead to them.
  static func all(
    real: LabOutcome,
    twin: LabOutcome,
    leaving allowed: Set<String>
  ) -> [String] {
    var found: [String] = []
    switch (real.result, twin.result) {
    case (.success(let real), .success(let twin)):
      for (name, value) in real.values.sorted(by: { $0.key < $1.key })
      where !allowed.contains(name) && twin.values[name] != value {
        found.append(
          "\(name): the lab has ‘\(value)’, the twin ‘\(twin.values[name], default: "nothing")’"
        )
      }
      if real.doubt?.extent != twin.doubt?.extent, !allowed.contains("doubt") {
        found.append(
          "doubt: the lab has ‘\(real.doubt?.words ?? "")’, the twin ‘\(twin.doubt?.words ?? "")’"
        )
      }
    case (.failure(let real), .failure(let twin)):
      if real.reason != twin.reason || real.effect != twin.effect {
        found.append(
          "failure: the lab has ‘\(real.reason): \(real.message)’, the twin ‘\(twin.reason): \(twin.message)’"
        )
      } else if real.message != twin.message, !allowed.contains("message") {
        found.append("message: the lab has ‘\(real.message)’, the twin ‘\(twin.message)’")
      }
    case (.success(let real), .failure(let twin)):
      found.append("the lab found ‘\(real.summary)’, the twin failed: \(twin.message)")
    case (.failure(let real), .success(let twin)):
      found.append("the lab failed: \(real.message), the twin found ‘\(twin.summary)’")
    }
    let (asked, played) = (real.commands.map(\.argv), twin.commands.map(\.argv))
    if asked != played, !allowed.contains("argv") {
      let place =
        zip(asked, played).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        ?? min(asked.count, played.count)
      func word(_ list: [[String]]) -> String {
        place < list.count ? list[place].joined(separator: " ") : "nothing"
      }
      found.append(
        "argv: as number \(place + 1) the lab was asked ‘\(word(asked))’, the twin ‘\(word(played))’"
      )
    }
    return found
  }
}
