internal import ClusterOps
internal import Runbooks
internal import TUI

/// Which keys in the ssh-agent could sign off, as the dialog says it.
struct SigningKeys: Sendable, Hashable {
  /// A person, and the key that would sign for them.
  struct Holder: Sendable, Hashable {
    let name: String
    let fingerprint: String
    /// As the agent has it; it proves nothing.
    let comment: String
  }

  let holders: [Holder]
  /// Why nobody can sign from here; nil when somebody can.
  let problem: String?

  /// Stands in the dialog until the agent has answered.
  static let looking = StyledText("Looking for your key in the ssh-agent…", .dim)

  /// Asks the agent about each of these people, the first of them first.
  static func find(for people: [String], at desk: SignOffDesk) async -> SigningKeys {
    await find(for: people) { name async throws(SigningFailure) in try await desk.key(of: name) }
  }

  /// Looks with `key` for the key of each of these people.
  static func find(
    for people: [String],
    _ key: (String) async throws(SigningFailure) -> SSHPublicKey?
  ) async -> SigningKeys {
    var holders: [Holder] = []
    var problem: String?
    for name in people {
      do throws(SigningFailure) {
        guard let key = try await key(name) else { continue }
        holders.append(Holder(name: name, fingerprint: key.fingerprint, comment: key.comment))
      } catch {
        problem = problem ?? error.description
      }
    }
    return SigningKeys(holders: holders, problem: holders.isEmpty ? problem : nil)
  }

  /// One line a key, or why there is none.
  var lines: [StyledText] {
    if let problem { return [StyledText(problem, .bad)] }
    return holders.map { holder in
      StyledText(
        "\(holder.name) signs with \(holder.fingerprint)"
          + (holder.comment.isEmpty ? "" : " (\(holder.comment))"),
        .good
      )
    }
  }
}
