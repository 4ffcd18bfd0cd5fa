/// Reads a site's directory: `site.yaml`, `operators.yaml` and, where they are there,
/// `allowed_signers` and `revoked_keys`.
public enum SiteLoader {
  /// Reads both files; the problems of both are noted together.
  public static func read(directory: String) -> Reading<Site> {
    let folder = FileReading.absolute(directory)
    let site = read(path: directory + "/site.yaml") { reader in reader.site(in: folder) }
    let operators = read(path: directory + "/operators.yaml") { reader in reader.operators() }
    var problems = site.problems + operators.problems
    let signers: SignerLists
    do throws(RunbookProblem) {
      signers = try self.signers(directory: directory)
    } catch {
      problems.append(error)
      return Reading(nil, problems: problems)
    }
    problems += signers.allowed?.problems(path: directory + "/allowed_signers") ?? []
    guard let draft = site.value, let people = operators.value else {
      return Reading(nil, problems: problems)
    }
    return Reading(draft.site(with: people, signers), problems: problems)
  }

  /// Reads who may sign today, and which keys no longer may; asked anew at every signature.
  public static func signers(directory: String) throws(RunbookProblem) -> SignerLists {
    let path = directory + "/revoked_keys"
    return SignerLists(
      allowed: try allowedSigners(path: directory + "/allowed_signers"),
      revoked: FileReading.exists(path)
        ? try RevokedKeys(bytes: try FileReading.bytes(of: path), path: path) : nil
    )
  }

  /// Reads the site's signers; a file that is there and cannot be read is an error, because
  /// a site that wants signatures must not fall back to typed names.
  private static func allowedSigners(path: String) throws(RunbookProblem) -> AllowedSigners? {
    guard FileReading.exists(path) else { return nil }
    let bytes = try FileReading.bytes(of: path)
    guard bytes.count <= SourceText.maximumSize else {
      throw RunbookProblem(
        "the file is larger than \(SourceText.maximumSize >> 10) KiB",
        fix: "Keep in it only who signs here.",
        at: SourcePosition(file: path, line: 1, column: 1)
      )
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw RunbookProblem(
        "the file is UTF-16, of which OpenSSH reads no line",
        fix: "Save it as UTF-8, without a byte order mark.",
        at: SourcePosition(file: path, line: 1, column: 1)
      )
    }
    return try AllowedSigners(text: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// Opens one file and reads it with a function.
  static func read<Content: Sendable>(
    path: String,
    _ content: (inout Reader) -> Content?
  ) -> Reading<Content> {
    do throws(RunbookProblem) {
      let source = SourceText(file: path, bytes: try FileReading.bytes(of: path))
      return read(source, content)
    } catch {
      return Reading(nil, problems: [error])
    }
  }

  /// Reads a text with a function.
  static func read<Content: Sendable>(
    _ source: SourceText,
    _ content: (inout Reader) -> Content?
  ) -> Reading<Content> {
    var problems: [RunbookProblem] = []
    guard let document = YAMLDocument.read(source, problems: &problems) else {
      return Reading(nil, problems: problems)
    }
    var reader = Reader(document)
    let value = content(&reader)
    return Reading(value, problems: problems + reader.problems)
  }
}

extension SiteLoader {
  /// What expressions know of any site, by the path after `site.`.
  static let names: [String: TypeScope.Entry] = {
    let optional = "site.yaml may leave it out"
    var names: [String: TypeScope.Entry] = ["addresses": .init(.list(.string))]
    for name in ["name", "domain", "mail_host", "node", "stage"] { names[name] = .init(.string) }
    for name in ["manifests", "scenario", "values.*"] {
      names[name] = .init(.string, unset: optional)
    }
    for name in ["namespace", "workload", "selector", "container"] {
      names["kubernetes." + name] = .init(.string)
    }
    for name in ["kubeconfig", "context"] {
      names["kubernetes." + name] = .init(.string, unset: optional)
    }
    return names
  }()
}

/// `operators.yaml`: who may act, and which roles may drive.
struct OperatorList: Sendable {
  let operators: [SiteOperator]
  let drivers: [Role]?
}

/// `site.yaml` before the operators are known.
struct SiteDraft: Sendable {
  let name: String
  let domain: String
  let mailHost: String
  let addresses: [String]
  let node: String
  let stage: String
  let kubernetes: Site.Kubernetes
  let vantages: [SiteVantage]
  let manifests: String?
  let scenario: String?
  let witnesses: WitnessPolicy
  let looks: LookInterval?
  let values: [String: String]
  let directory: String

  func site(with people: OperatorList, _ signers: SignerLists) -> Site {
    Site(
      name: name,
      domain: domain,
      mailHost: mailHost,
      addresses: addresses,
      node: node,
      stage: stage,
      kubernetes: kubernetes,
      vantages: vantages,
      manifests: manifests,
      directory: directory,
      operators: people.operators,
      drivers: people.drivers,
      scenario: scenario,
      signers: signers,
      witnesses: witnesses,
      looks: looks,
      record: record
    )
  }

  /// The site for expressions: its keys with the defaults filled in.
  private var record: Value {
    var block: [String: Value] = [
      "namespace": .string(kubernetes.namespace), "workload": .string(kubernetes.workload),
      "selector": .string(kubernetes.selector), "container": .string(kubernetes.container),
    ]
    block["kubeconfig"] = kubernetes.kubeconfig.map(Value.string)
    block["context"] = kubernetes.context.map(Value.string)
    var record: [String: Value] = [
      "name": .string(name), "domain": .string(domain), "mail_host": .string(mailHost),
      "addresses": .list(addresses.map(Value.string)), "node": .string(node),
      "stage": .string(stage), "kubernetes": .record(block),
      "values": .record(values.mapValues(Value.string)),
    ]
    record["manifests"] = manifests.map(Value.string)
    record["scenario"] = scenario.map(Value.string)
    return .record(record)
  }
}

extension Reader {
  fileprivate mutating func site(in folder: String) -> SiteDraft? {
    typealias Keys = SiteFields
    guard let fields = fields(of: document.root, in: Keys.table) else { return nil }
    _ = value(Keys.apiVersion, in: fields)
    _ = value(Keys.kind, in: fields)
    let name = value(Keys.name, in: fields)
    let domain = value(Keys.domain, in: fields)
    let mailHost = value(Keys.mailHost, in: fields)
    let addresses = value(Keys.addresses, in: fields)
    let node = value(Keys.node, in: fields)
    let stage = value(Keys.stage, in: fields)
    let kubernetes = value(Keys.kubernetes, in: fields)
    let vantages = value(Keys.vantages, in: fields) ?? []
    for vantage in vantages where SiteVantage.builtIn.contains(vantage.name) {
      note(
        "every site has the vantage `\(vantage.name)`",
        fix: "Give this one another name.",
        at: vantage.mark
      )
    }
    let manifests = value(Keys.manifests, in: fields)
    let scenario = value(Keys.scenario, in: fields)
    let witnesses = value(Keys.witnesses, in: fields) ?? WitnessPolicy()
    let looks = value(Keys.checks, in: fields)
    let values = value(Keys.values, in: fields) ?? []
    if !fields.has(Keys.kubernetes), !fields.has(Keys.scenario) {
      note(
        "the site has neither `kubernetes` nor `scenario`",
        fix: "Say how the cluster is reached, or which world is simulated.",
        at: fields.node.mark
      )
    }
    guard let name, let domain, let mailHost, let addresses, let node, let stage else {
      return nil
    }
    return SiteDraft(
      name: name,
      domain: domain,
      mailHost: mailHost,
      addresses: addresses,
      node: node,
      stage: stage,
      kubernetes: (kubernetes ?? KubernetesFields.defaults).absolute(from: folder),
      vantages: vantages.map { vantage in
        // A program that is named by a path lies where the site says.
        let program = vantage.value.prefix(1).map {
          $0.contains("/") ? FileReading.absolute($0, from: folder) : $0
        }
        return SiteVantage(name: vantage.name, via: program + vantage.value.dropFirst())
      },
      manifests: manifests.map { FileReading.absolute($0, from: folder) },
      scenario: scenario.map { FileReading.absolute($0, from: folder) },
      witnesses: witnesses.absolute(from: folder),
      looks: looks,
      values: Dictionary(values.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a }),
      directory: folder
    )
  }

  fileprivate mutating func operators() -> OperatorList? {
    typealias Keys = OperatorFields
    guard let fields = fields(of: document.root, in: Keys.table) else { return nil }
    _ = value(RunbookFields.apiVersion, in: fields)
    _ = value(Keys.kind, in: fields)
    let drivers = value(Keys.drivers, in: fields)
    let drafts = value(Keys.operators, in: fields)
    var names: Set<String> = []
    for draft in drafts ?? [] where !names.insert(draft.operator.name).inserted {
      note(
        "the operator `\(draft.operator.name)` is already there",
        fix: "Give one entry all the roles.",
        at: draft.mark
      )
    }
    let held = Set((drafts ?? []).flatMap(\.operator.roles))
    if let drivers, drafts != nil, held.isDisjoint(with: drivers) {
      note(
        "nobody holds a role of `drivers`, so nobody could drive",
        fix: "Name a role that one of the operators has.",
        at: fields.mark(Keys.drivers)
      )
    }
    return drafts.map { OperatorList(operators: $0.map(\.operator), drivers: drivers) }
  }
}

extension Site.Kubernetes {
  /// The same with the kubeconfig's path from the root.
  fileprivate func absolute(from folder: String) -> Self {
    Self(
      kubeconfig: kubeconfig.map { FileReading.absolute($0, from: folder) },
      context: context,
      namespace: namespace,
      workload: workload,
      selector: selector,
      container: container
    )
  }
}
