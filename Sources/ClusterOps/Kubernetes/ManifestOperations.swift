internal import Runbooks

/// The Kustomize directory of an operation: the argument, or the site's manifests.
private func directory(
  _ arguments: Arguments,
  _ site: Site
) throws(OperationFailure) -> String {
  guard let directory = arguments.string("directory") ?? site.manifests, !directory.isEmpty,
    !directory.hasPrefix("-")
  else {
    throw OperationFailure(
      .refused,
      "there is no directory of manifests",
      advice: "Set `manifests` in the site, or give `directory`.",
      effect: .none
    )
  }
  return directory
}

/// `k8s.apply`: server-side apply, counted by comparing resource versions before and after.
///
/// With `--server-side` kubectl says `serverside-applied` of every object,
/// changed or not; the resource version tells them apart. A template prints
/// names and versions only, so that no Secret's content reaches the record.
struct ApplyOperation: CommandOperation {
  let runner: CommandRunner
  var declaration: OperationDeclaration { .apply }

  static let template =
    #"{{define "o"}}{{.kind}} {{with .metadata.namespace}}{{.}}/{{end}}{{.metadata.name}}"#
    + #" {{.metadata.resourceVersion}}{{"\n"}}{{end}}"#
    + #"{{if eq .kind "List"}}{{range .items}}{{template "o" .}}{{end}}"#
    + #"{{else}}{{template "o" .}}{{end}}"#

  func requests(_ arguments: Arguments, for site: Site) throws(OperationFailure) -> [Request] {
    let directory = try directory(arguments, site)
    let output = ["--output", "go-template=" + Self.template]
    return [
      Request(
        Kubectl(site).call(["get", "--kustomize", directory, "--ignore-not-found"] + output),
        streams: false
      ),
      Request(
        Kubectl(site).call(
          [
            "apply", "--server-side", "--field-manager=mailconsole", "--kustomize", directory,
          ] + output,
          isShort: false
        ),
        changes: true
      ),
    ]
  }

  func begin(
    _ arguments: Arguments,
    _ requests: [Request],
    in context: ProcedureContext
  ) throws(OperationFailure) -> Procedure {
    .kubectl(requests[0]) { before throws(OperationFailure) in
      return .kubectl(requests[1]) { after throws(OperationFailure) in
        return .done(Self.result(Self.versions(before), Self.versions(after)))
      }
    }
  }

  /// Objects and their versions, in the order printed.
  private static func versions(_ outcome: CommandOutcome) -> [(object: String, version: String)] {
    outcome.stdoutText.split(separator: "\n").compactMap { line in
      guard let space = line.lastIndex(of: " "), space > line.startIndex,
        !line.hasPrefix("<no value>")
      else { return nil }
      return (String(line[..<space]), String(line[line.index(after: space)...]))
    }
  }

  private static func result(
    _ before: [(object: String, version: String)],
    _ after: [(object: String, version: String)]
  ) -> OperationResult {
    let old = Dictionary(before.map { ($0.object, $0.version) }, uniquingKeysWith: { $1 })
    let created = after.count { old[$0.object] == nil }
    let unchanged = after.count { old[$0.object] == $0.version }
    let configured = after.count - created - unchanged
    return OperationResult(
      values: [
        "created": .integer(created), "configured": .integer(configured),
        "unchanged": .integer(unchanged),
        "objects": .list(after.map { .string(capped($0.object)) }),
      ],
      summary: "\(counted(after.count, "object")) applied: \(created) created, "
        + "\(configured) changed, \(unchanged) as they were."
    )
  }
}

/// `k8s.diff`: what applying would change; kubectl hides the content of Secrets itself.
struct DiffOperation: CommandOperation {
  let runner: CommandRunner
  var declaration: OperationDeclaration { .diff }

  func requests(_ arguments: Arguments, for site: Site) throws(OperationFailure) -> [Request] {
    [
      Request(
        Kubectl(site).call(
          [
            "diff", "--server-side", "--field-manager=mailconsole", "--kustomize",
            try directory(arguments, site),
          ],
          isShort: false
        ),
        keep: 8 << 20
      )
    ]
  }

  func begin(
    _ arguments: Arguments,
    _ requests: [Request],
    in context: ProcedureContext
  ) throws(OperationFailure) -> Procedure {
    .run(requests[0]) { outcome throws(OperationFailure) in
      // 1 means differences, but also that kubectl could not get so far.
      if outcome.exit == 1, let failure = KubectlFailure.classify(outcome, of: requests[0]) {
        throw failure
      }
      try KubectlFailure.require(outcome, of: requests[0], exits: [0, 1])
      let objects = Self.objects(outcome.stdoutText)
      let changed = outcome.exit == 1
      return .done(
        OperationResult(
          values: [
            "changed": .boolean(changed), "count": .integer(objects.count),
            "objects": .list(objects.map(Value.string)),
          ],
          summary: changed
            ? "\(counted(objects.count, "object")) would change."
            : "The cluster is as the manifests say.",
          evidence: [Evidence(name: "diff", mediaType: "text/x-diff", bytes: outcome.stdout)]
        )
      )
    }
  }

  /// The objects of `diff -u -N /tmp/LIVE-1/apps.v1.DaemonSet.mail.mail /tmp/MERGED-2/…`.
  private static func objects(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("diff -") }.compactMap { line in
      line.split(separator: " ").last?.split(separator: "/").last.map { capped(String($0)) }
    }
  }
}
