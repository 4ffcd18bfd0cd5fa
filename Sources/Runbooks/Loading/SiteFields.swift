/// The field tables of `site.yaml` and `operators.yaml`.
enum SiteFields {
  static let apiVersion = RunbookFields.apiVersion
  static let kind = Field("kind", .constant("Site"), required: true, "Site.")
  static let name = Field("name", .slug, required: true, "The site on every screen, e.g. lab.")
  static let domain = Field("domain", .domain, required: true, "The mail domain.")
  static let mailHost = Field(
    "mail_host",
    .domain,
    required: true,
    "The name the mail server answers to."
  )
  static let addresses = Field(
    "addresses",
    Form<String>.address.list(atLeast: 1),
    required: true,
    "The public addresses of the mail host."
  )
  static let node = Field("node", .text, required: true, "The Kubernetes node mail runs on.")
  static let stage = Field(
    "stage",
    .slug,
    required: true,
    "Where the site stands: lab, build, warm-up or live."
  )
  static let kubernetes = Field(
    "kubernetes",
    KubernetesFields.form,
    "How the cluster is reached; a scenario needs none."
  )
  static let vantages = Field(
    "vantages",
    VantageFields.form.named("vantage", like: "outside"),
    "The places that probes are run from, by name; here and pod need none."
  )
  static let manifests = Field(
    "manifests",
    .text,
    "The Kustomize directory that deploys the platform, from the site's."
  )
  static let scenario = Field(
    "scenario",
    .text,
    "The simulated world of a tabletop site, from the site's directory."
  )
  static let witnesses = Field(
    "witnesses",
    WitnessFields.form,
    "Where heads of the record are kept outside the state directory."
  )
  static let checks = Field(
    "checks",
    LookFields.form,
    "How often the checks are looked at by themselves."
  )
  static let values = Field(
    "values",
    Form<String>.text.named("value", like: "backup_bucket"),
    "More texts for runbooks, read as site.values.NAME."
  )

  static let table = FieldTable(
    name: "site",
    rows: [
      apiVersion.row, kind.row, name.row, domain.row, mailHost.row, addresses.row, node.row,
      stage.row, kubernetes.row, vantages.row, manifests.row, scenario.row, witnesses.row,
      checks.row, values.row,
    ],
    later: [
      "dns": "Put what runbooks need under `values`.",
      "storage": "Put what runbooks need under `values`.",
      "operators": "Write them in operators.yaml beside this file.",
    ]
  )
}

enum KubernetesFields {
  static let kubeconfig = Field(
    "kubeconfig",
    .text,
    "The kubeconfig file, from the site's directory; kubectl's own unless given."
  )
  static let context = Field("context", .text, "The context in it; its current one unless given.")
  static let namespace = Field("namespace", .slug, "The namespace of mail; mail unless given.")
  static let workload = Field(
    "workload",
    .text,
    "The workload as kubectl names it; daemonset/mail unless given."
  )
  static let selector = Field(
    "selector",
    .text,
    "The label selector of its pods; app.kubernetes.io/name=mail unless given."
  )
  static let container = Field(
    "container",
    .slug,
    "The container Postfix runs in; postfix unless given."
  )

  static let table = FieldTable(
    name: "kubernetes block",
    rows: [
      kubeconfig.row, context.row, namespace.row, workload.row, selector.row, container.row,
    ]
  )

  /// What a site without a `kubernetes` block has.
  static let defaults = kubernetes()

  static let form = Form<Site.Kubernetes>.object(table) { fields, reader in
    kubernetes(
      kubeconfig: reader.value(kubeconfig, in: fields),
      context: reader.value(context, in: fields),
      namespace: reader.value(namespace, in: fields),
      workload: reader.value(workload, in: fields),
      selector: reader.value(selector, in: fields),
      container: reader.value(container, in: fields)
    )
  }

  private static func kubernetes(
    kubeconfig: String? = nil,
    context: String? = nil,
    namespace: String? = nil,
    workload: String? = nil,
    selector: String? = nil,
    container: String? = nil
  ) -> Site.Kubernetes {
    Site.Kubernetes(
      kubeconfig: kubeconfig,
      context: context,
      namespace: namespace ?? "mail",
      workload: workload ?? "daemonset/mail",
      selector: selector ?? "app.kubernetes.io/name=mail",
      container: container ?? "postfix"
    )
  }
}

enum VantageFields {
  static let via = Field(
    "via",
    Form<String>.text.list(atLeast: 1),
    required: true,
    "The command line that runs there what follows it, e.g. [ssh, -T, probe@probe.example.org]."
  )

  static let table = FieldTable(name: "vantage", rows: [via.row])

  static let form = Form<[String]>.object(table) { fields, reader in
    reader.value(via, in: fields)
  }
}

enum WitnessFields {
  static let file = Field("file", .text, "A file that a line is appended to, from the site's.")
  static let git = Field("git", .text, "A git repository that gets a commit, from the site's.")
  static let syslog = Field("syslog", .text, "The socket of the system's log, e.g. /dev/log.")
  static let required = Field(
    "required",
    .boolean,
    "Whether nothing further is done when a head cannot be kept; false unless given."
  )

  static let table = FieldTable(
    name: "witnesses block",
    rows: [file.row, git.row, syslog.row, required.row]
  )

  static let form = Form<WitnessPolicy>.object(table) { fields, reader in
    let file = reader.value(file, in: fields)
    let git = reader.value(git, in: fields)
    let syslog = reader.value(syslog, in: fields)
    let places =
      [file.map(WitnessPlace.file), git.map(WitnessPlace.git), syslog.map(WitnessPlace.syslog)]
      .compactMap { $0 }
    if places.isEmpty {
      reader.note(
        "the `witnesses` block names no place",
        fix: "Give `file`, `git` or `syslog`.",
        at: fields.node.mark
      )
    }
    return WitnessPolicy(places: places, isRequired: reader.value(required, in: fields) ?? false)
  }
}

extension WitnessPolicy {
  /// The same with its paths from the root.
  func absolute(from folder: String) -> WitnessPolicy {
    WitnessPolicy(
      places: places.map { place in
        switch place {
        case .file(let path): .file(FileReading.absolute(path, from: folder))
        case .git(let path): .git(FileReading.absolute(path, from: folder))
        case .syslog(let path): .syslog(FileReading.absolute(path, from: folder))
        }
      },
      isRequired: isRequired
    )
  }
}

enum OperatorFields {
  static let kind = Field("kind", .constant("Operators"), required: true, "Operators.")
  static let operators = Field(
    "operators",
    person.list(atLeast: 1),
    required: true,
    "The people who may act on the site."
  )
  static let drivers = Field(
    "drivers",
    Form<Role>.role.list(atLeast: 1),
    "The roles that may drive a run; everybody may unless given."
  )
  static let name = Field(
    "name",
    .person,
    required: true,
    "The name, as in allowed_signers."
  )
  static let roles = Field(
    "roles",
    Form<Role>.role.list(atLeast: 1),
    required: true,
    "The roles the person has."
  )

  static let table = FieldTable(
    name: "list of operators",
    rows: [RunbookFields.apiVersion.row, kind.row, drivers.row, operators.row]
  )
  private static let person = Form<Draft>.object(
    FieldTable(
      name: "operator",
      rows: [name.row, roles.row],
      later: ["key": "Put the key in allowed_signers.", "keys": "Put the keys in allowed_signers."]
    )
  ) { fields, reader in
    let name = reader.value(name, in: fields)
    let roles = reader.value(roles, in: fields)
    guard let name, let roles else { return nil }
    return Draft(operator: SiteOperator(name: name, roles: roles), mark: fields.node.mark)
  }

  struct Draft: Sendable {
    let `operator`: SiteOperator
    let mark: TextMark
  }
}

extension Form where Output == String {
  /// An IPv4 or IPv6 address; editors are not told its form.
  static var address: Form {
    Form(schema: ["type": "string"]) { node, reader in
      guard let text = reader.text(of: node, as: "an address") else { return nil }
      guard InputDeclaration.Form.isAddress(text) else {
        reader.note(
          "`\(text.excerpt)` is not an address",
          fix: "Write it like 203.0.113.10 or 2001:db8::10.",
          at: node.mark
        )
        return nil
      }
      return text
    }
  }
}
