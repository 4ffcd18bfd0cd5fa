internal import Foundation
internal import Runbooks

/// A snapshot in `restic snapshots --json`, a list of them.
struct ResticSnapshot: Decodable, Sendable {
  private enum CodingKeys: String, CodingKey {
    case time, paths
    case host = "hostname"
    case id = "short_id"
  }

  /// Seconds since 1970.
  let made: Int
  let paths: [String]
  let host: String
  let id: String

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    paths = try fields.decode([String].self, forKey: .paths)
    host = try fields.decode(String.self, forKey: .host)
    id = try fields.decode(String.self, forKey: .id)
    let time = try fields.decode(String.self, forKey: .time)
    guard let made = Self.seconds(time) else {
      throw DecodingError.dataCorruptedError(
        forKey: .time,
        in: fields,
        debugDescription: "no time of RFC 3339"
      )
    }
    self.made = made
  }

  /// Of a time such as `2026-11-30T14:17:57.23122861+11:00` (RFC 3339 §5.6), without its fraction.
  private static func seconds(_ text: String) -> Int? {
    guard let dot = text.firstIndex(of: ".") else { return KubernetesObjects.seconds(text) }
    let zone = text[dot...].dropFirst().drop { $0.isNumber }
    return KubernetesObjects.seconds(String(text[..<dot] + zone))
  }
}

/// Why restic told nothing; never evidence either way.
enum ResticFailure {
  /// The snapshots of a reading that was whole.
  static func snapshots(
    _ outcome: CommandOutcome,
    of command: Command,
    from: Vantage
  ) throws(OperationFailure) -> [ResticSnapshot] {
    if case .pod = from, outcome.exit != 0, !KubectlFailure.isFromContainer(outcome) {
      throw KubectlFailure.failure(outcome, of: command)
    }
    guard outcome.exit == 0 else {
      let (why, advice) = words(outcome, from)
      throw failure(why, advice)
    }
    guard !outcome.isTruncated,
      let list = try? JSONDecoder().decode([ResticSnapshot].self, from: Data(outcome.stdout))
    else {
      throw failure(
        outcome.isTruncated ? "more was printed than is read" : "what it printed is not understood",
        "Run the command by hand and read its output; restic 0.14 or later is needed."
      )
    }
    return list
  }

  private static func failure(_ why: String, _ advice: String) -> OperationFailure {
    OperationFailure(
      undetermined: "nothing is known of the backups",
      Doubt(.end, why, advice: advice)
    )
  }

  /// Signs in what restic says, why nothing is known then, and what helps.
  private static let rules: [(signs: [String], why: String, advice: String)] = [
    (
      ["repository is already locked", "unable to create lock"], "the repository is locked",
      "See which job is at work; if none is, remove the lock with `restic unlock`."
    ),
    (
      ["wrong password or no key found", "an empty password is not a password"],
      "the repository does not take the password",
      "Correct RESTIC_PASSWORD in the file that `environment` names."
    ),
    (
      ["Please specify repository location"], "no repository is named there",
      "Name a file with RESTIC_REPOSITORY and RESTIC_PASSWORD: `environment`, or "
        + "`values: {restic: /FILE}` in site.yaml."
    ),
    (
      [".: cannot open", ".: can't open"], "the file of its environment cannot be read there",
      "Write that file there, readable for whoever runs the command alone."
    ),
  ]

  private static func words(
    _ outcome: CommandOutcome,
    _ from: Vantage
  ) -> (why: String, advice: String) {
    if outcome.exit == 124 {
      return (
        "restic did not answer in time",
        "See from \(from.words) whether the storage of the repository answers."
      )
    }
    if outcome.exit == 126 || outcome.exit == 127 {
      return (
        "restic cannot be run from \(from.words)",
        "Install it there\(ProgramPackage.hint(of: "restic")), or name with `from` a place that "
          + "has it."
      )
    }
    let said = outcome.stderrText
    if let rule = rules.first(where: { $0.signs.contains(where: said.contains) }) {
      return (rule.why, rule.advice)
    }
    let lines = StandardError(outcome.stderr).telling.filter {
      !$0.hasPrefix(KubectlFailure.containerSign)
    }
    // The cause comes first, remarks on the repository's place after it.
    let first = lines.first { $0.hasPrefix("Fatal: ") }.map { String($0.dropFirst(7)) }
    return (
      capped(withoutLogin(first ?? lines.first ?? "restic ended with status \(outcome.exit)")),
      "See from \(from.words) whether the storage of the repository answers, and its name and key "
        + "are right."
    )
  }

  /// The same without what stands before the @ of an address: it may be a password.
  static func withoutLogin(_ text: String) -> String {
    text.replacing(/:\/\/[^\/@\s]*@/, with: "://…@")
  }
}
