/// What has to be known of a new site: each is a question of `mailconsole new site` and, by its raw
/// value, an option of it. In the order in which they are asked.
public enum SiteQuestion: String, Sendable, CaseIterable {
  case name, domain
  case mailHost = "mail-host"
  case address, node, stage, kubeconfig, context, namespace, workload, manifests
  /// The way to the vantages that runbooks know by these names.
  case outside = "via-outside"
  case inside = "via-node"
  /// A person and their roles.
  case person = "operator"

  /// What is asked for, a sentence; where the answer is a key of the files it is the one of its field.
  public var help: String {
    switch self {
    case .name: SiteFields.name.row.help
    case .domain: SiteFields.domain.row.help
    case .mailHost: SiteFields.mailHost.row.help
    case .address: "A public address of the mail host, IPv4 or IPv6."
    case .node: SiteFields.node.row.help
    case .stage: SiteFields.stage.row.help
    case .kubeconfig: KubernetesFields.kubeconfig.row.help
    case .context: KubernetesFields.context.row.help
    case .namespace: KubernetesFields.namespace.row.help
    case .workload: KubernetesFields.workload.row.help
    case .manifests: SiteFields.manifests.row.help
    case .outside:
      "The command line that runs there what follows it, on a machine outside your network, e.g. "
        + "ssh -T probe@probe.example.org."
    case .inside:
      "The command line that runs there what follows it, on the node, e.g. ssh -T root@mail-node."
    case .person: "A person who may act, and the roles they have, e.g. erin=E1,E2."
    }
  }

  /// Whether several answers may be given, one after the other.
  public var isRepeated: Bool { self == .address || self == .person }

  /// Whether a site cannot be without an answer.
  public var isRequired: Bool {
    switch self {
    case .name, .domain, .mailHost, .address, .node, .stage, .person: true
    case .kubeconfig, .context, .namespace, .workload, .manifests, .outside, .inside: false
    }
  }

  /// Why a text is no answer, by the loader's own forms; nil: it is one.
  public func refusal(of text: String) -> InputRefusal? {
    if let hidden = text.unicodeScalars.first(where: { $0.properties.generalCategory == .control })
    {
      return InputRefusal(
        message:
          "a control character (U+\(String(hidden.value, radix: 16, uppercase: true))) stands in it",
        fix: "Write it without."
      )
    }
    switch self {
    case .name, .stage, .namespace: return Self.refusal(of: text, by: Form<String>.slug)
    case .domain, .mailHost: return Self.refusal(of: text, by: Form<String>.domain)
    case .address: return Self.refusal(of: text, by: Form<String>.address)
    case .node:
      return Names.isSlug(text) || Names.isDomain(text)
        ? nil
        : InputRefusal(
          message: "`\(text.excerpt)` is not the name of a node",
          fix: "Write it as `kubectl get nodes` has it, e.g. mail-node."
        )
    case .kubeconfig, .context, .workload, .manifests:
      // A program would take it for an option.
      return text.hasPrefix("-")
        ? InputRefusal(message: "`\(text.excerpt)` begins with a hyphen", fix: "Give a name.")
        : Self.refusal(of: text, by: Form<String>.text)
    case .outside, .inside:
      do throws(InputRefusal) { _ = try Self.words(text) } catch { return error }
    case .person:
      do throws(InputRefusal) { _ = try Self.person(text) } catch { return error }
    }
    return nil
  }

  /// A command line as words: parted at blanks, or a list as YAML has it where a word has blanks.
  static func words(_ text: String) throws(InputRefusal) -> [String] {
    let words: [String]
    if text.hasPrefix("[") {
      let source = SourceText(file: "the list", bytes: Array(text.utf8))
      let reading = SiteLoader.read(source) { reader -> [String]? in
        let root = reader.document.root
        return VantageFields.via.form.read(root, &reader)
      }
      guard let list = reading.value else {
        let problem = reading.problems.first
        throw InputRefusal(
          message: problem?.message ?? "this is no list",
          fix: problem?.fix ?? "Write it like [ssh, -T, probe@probe.example.org]."
        )
      }
      words = list
    } else {
      guard !text.contains(where: { "'\"\\$`;|&<>".contains($0) }) else {
        throw InputRefusal(
          message: "no shell reads it, so `\(text.excerpt)` is not what it looks like",
          fix:
            "Write the words as a list, e.g. [ssh, -o, \"ProxyCommand=nc %h %p\", probe.example.org]."
        )
      }
      words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
    guard let program = words.first, !program.hasPrefix("-") else {
      throw InputRefusal(
        message: "it names no program",
        fix: "Begin with one, e.g. ssh -T probe@probe.example.org."
      )
    }
    return words
  }

  /// A person: a name, and roles after it, e.g. `erin=E1,E2` or `erin E1 E2`.
  static func person(_ text: String) throws(InputRefusal) -> SiteOperator {
    let words = text.split { $0 == "=" || $0 == "," || $0.isWhitespace }.map(String.init)
    guard let name = words.first, words.count > 1 else {
      throw InputRefusal(
        message: "`\(text.excerpt)` is not a name and its roles",
        fix: "Write it like erin=E1,E2."
      )
    }
    if let refusal = refusal(of: name, by: Form<String>.person) { throw refusal }
    var roles: [Role] = []
    for word in words.dropFirst() {
      if let refusal = refusal(of: word, by: Form<Role>.role) { throw refusal }
      if !roles.contains(Role(word)) { roles.append(Role(word)) }
    }
    return SiteOperator(name: name, roles: roles)
  }

  /// What the loader would say of the text as a value of that form.
  private static func refusal<Output>(of text: String, by form: Form<Output>) -> InputRefusal? {
    let node = YAMLNode(
      content: .scalar(YAMLScalar(text: text, style: .doubleQuoted)),
      mark: TextMark(line: 1, column: 1),
      offset: 0
    )
    let source = SourceText(file: "the answer", bytes: Array(text.utf8))
    var reader = Reader(YAMLDocument(source: source, root: node))
    _ = form.read(node, &reader)
    return reader.problems.first.map { InputRefusal(message: $0.message, fix: $0.fix) }
  }
}
