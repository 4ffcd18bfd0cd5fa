public import Runbooks

/// Whether the site's cluster answers, has what the site names, and lets the console do its work.
public enum ClusterInspection {
  /// Asks for the namespace first: where nobody answers, nothing more is asked. The rest is asked
  /// side by side, each within ten seconds.
  public static func look(
    at site: Site,
    by runner: CommandRunner = CommandRunner()
  ) async -> [Inspection] {
    let names = site.kubernetes
    let namespace = await find(
      ["get", "namespace", names.namespace, "--output", "name"],
      "it answers, and has the namespace \(names.namespace)",
      on: site,
      by: runner
    )
    if namespace.isLack, !namespace.text.contains("Forbidden") { return [namespace] }
    async let workload = find(
      ["get", names.workload, "--output", "name"],
      "it has \(names.workload)",
      on: site,
      by: runner
    )
    let allowed = await rights(on: site, by: runner)
    return [namespace, await workload] + allowed
  }

  private static let place = "cluster"

  /// Asks for one object.
  private static func find(
    _ arguments: [String],
    _ found: String,
    on site: Site,
    by runner: CommandRunner
  ) async -> Inspection {
    let command = Command(here: Kubectl(site).call(arguments))
    do throws(OperationFailure) {
      let outcome = try await runner.look(command.argv)
      try KubectlFailure.require(outcome, of: command)
      return .has(found, at: place)
    } catch {
      return .lacks(error, at: place)
    }
  }

  /// Asks for every right that operations need (kubectl-auth-can-i(1)).
  private static func rights(on site: Site, by runner: CommandRunner) async -> [Inspection] {
    let rights = ClusterRight.needed(on: site)
    let answers = await withTaskGroup(of: (Int, Answer).self) { group in
      for (index, right) in rights.enumerated() {
        group.addTask { (index, await ask(right, on: site, by: runner)) }
      }
      var answers: [Int: Answer] = [:]
      for await (index, answer) in group { answers[index] = answer }
      return answers
    }
    let missing = rights.indices.compactMap { index -> Inspection? in
      let right = rights[index]
      return switch answers[index] {
      case .yes: nil
      case .no:
        .lacks(
          "you may not \(right.words): \(right.operations) needs it",
          "Have the cluster's administrator bind the role that deploy/base/platform/rbac-console.yaml "
            + "has for the console.",
          at: place
        )
      case .silent(let why, let advice):
        .lacks("whether you may \(right.words) could not be found out: \(why)", advice, at: place)
      case nil: nil
      }
    }
    return missing.isEmpty
      ? [.has("you may do everything there that operations do", at: place)] : missing
  }

  private enum Answer: Sendable {
    case yes, no
    /// Why there is no answer, and what to do.
    case silent(String, String)
  }

  private static func ask(
    _ right: ClusterRight,
    on site: Site,
    by runner: CommandRunner
  ) async -> Answer {
    let command = Command(here: Kubectl(site).call(["auth", "can-i"] + right.arguments))
    do throws(OperationFailure) {
      let outcome = try await runner.look(command.argv)
      // `no` comes with 1, as an error does; a reason may follow the word.
      switch (outcome.ending, outcome.stdoutText.trimmingSpaces.split(separator: " ").first) {
      case (.exited(0), "yes"): return .yes
      case (.exited(1), "no"): return .no
      default: throw KubectlFailure.failure(outcome, of: command)
      }
    } catch {
      return .silent(error.message, error.advice)
    }
  }
}
