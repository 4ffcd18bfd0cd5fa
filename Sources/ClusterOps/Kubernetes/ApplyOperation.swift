internal import Runbooks

/// `k8s.apply`: server-side apply, counted by comparing resource versions before and after.
///
/// With `--server-side` kubectl says `serverside-applied` of every object,
/// changed or not; the resource version tells them apart. A template prints
/// names and versions only, so that no Secret's content reaches the record. The
/// apply itself keeps kubectl's plain output, which names each object as it is done: with a
/// template kubectl prints nothing at all when one of them is refused.
struct ApplyOperation: CommandOperation {
  private static let created = ResultField<Int>(
    "created",
    help: "objects that did not exist before"
  )
  private static let configured = ResultField<Int>(
    "configured",
    help: "objects that existed and changed"
  )
  private static let unchanged = ResultField<Int>(
    "unchanged",
    help: "objects that already were as asked"
  )
  private static let objects = ResultField<[String]>(
    "objects",
    help: "every object, e.g. `DaemonSet mail/mail`"
  )

  let declaration = OperationDeclaration(
    "k8s.apply",
    "Applies the site's manifests, server-side, and says what changed.",
    parameters: [KubernetesParameter.directory],
    results: [created, configured, unchanged, objects],
    risk: .change,
    isRepeatable: true
  )

  static let template =
    #"{{define "o"}}{{.kind}} {{with .metadata.namespace}}{{.}}/{{end}}{{.metadata.name}}"#
    + #" {{.metadata.resourceVersion}}{{"\n"}}{{end}}"#
    + #"{{if eq .kind "List"}}{{range .items}}{{template "o" .}}{{end}}"#
    + #"{{else}}{{template "o" .}}{{end}}"#

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    let directory = try call[KubernetesParameter.directory]
    let look = Command(
      here: Kubectl(site).call([
        "get", "--kustomize", directory, "--ignore-not-found", "--output",
        "go-template=" + Self.template,
      ]),
      streams: false
    )
    let apply = Command(
      here: Kubectl(site).call(
        ["apply", "--server-side", "--field-manager=mailconsole", "--kustomize", directory],
        isShort: false
      ),
      changes: true
    )
    return [look, apply, look]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .kubectl(commands[0]) { before throws(OperationFailure) in
      let before = Versions(before)
      return .run(commands[1]) { outcome throws(OperationFailure) in
        let failure =
          outcome.exit == 0 ? nil : KubectlFailure.failure(outcome, of: commands[1])
        if let failure, failure.effect == .none { throw failure }
        return .run(commands[2]) { after throws(OperationFailure) in
          if let failure {
            // Once the apply has failed, how the look went changes only what can be told.
            let seen = after.exit == 0 ? Versions(after) : nil
            throw ApplyReport(outcome).failure(
              (seen ?? before).objects,
              changed: seen?.changed(since: before),
              orElse: failure
            )
          }
          try KubectlFailure.require(after, of: commands[2])
          return .done(Self.result(before, Versions(after)))
        }
      }
    }
  }

  /// Objects and their resource versions, in the order printed.
  struct Versions {
    let entries: [(object: String, version: String)]

    init(_ outcome: CommandOutcome) {
      entries = outcome.stdoutText.split(separator: "\n").compactMap { line in
        guard let space = line.lastIndex(of: " "), space > line.startIndex,
          !line.hasPrefix("<no value>")
        else { return nil }
        return (String(line[..<space]), String(line[line.index(after: space)...]))
      }
    }

    var objects: [String] { entries.map(\.object) }

    private var byObject: [String: String] {
      Dictionary(entries.map { ($0.object, $0.version) }, uniquingKeysWith: { $1 })
    }

    /// The objects that are new or have another version.
    func changed(since before: Versions) -> [String] {
      let old = before.byObject
      return entries.filter { old[$0.object] != $0.version }.map(\.object)
    }

    /// The objects that are new.
    func created(since before: Versions) -> [String] {
      let old = before.byObject
      return objects.filter { old[$0] == nil }
    }
  }

  private static func result(_ before: Versions, _ after: Versions) -> OperationResult {
    let created = after.created(since: before).count
    let configured = after.changed(since: before).count - created
    let unchanged = after.entries.count - created - configured
    return OperationResult(
      [
        Self.created(created), Self.configured(configured), Self.unchanged(unchanged),
        objects(after.objects.map { capped($0) }),
      ],
      summary: "\(counted(after.entries.count, "object")) applied: \(created) created, "
        + "\(configured) changed, \(unchanged) as they were."
    )
  }
}
