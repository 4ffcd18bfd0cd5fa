/// A site that is being made: the answers so far, and the files that come of them.
public struct NewSite: Sendable {
  /// Where it will lie; its last part names the site unless told otherwise.
  public let directory: String
  /// Whether it plays in a simulated world instead of acting on a cluster.
  public let isTabletop: Bool
  /// Each as it was given; several only where the question is repeated.
  public var answers: [SiteQuestion: [String]]

  public init(directory: String, isTabletop: Bool, answers: [SiteQuestion: [String]] = [:]) {
    self.directory = FileReading.absolute(directory)
    self.isTabletop = isTabletop
    self.answers = answers
  }

  /// The questions that such a site asks; a simulated world has no cluster to reach.
  public var questions: [SiteQuestion] {
    let cluster: Set<SiteQuestion> = [.kubeconfig, .context, .manifests]
    return SiteQuestion.allCases.filter { !isTabletop || !cluster.contains($0) }
  }

  /// What counts where nothing is answered; nil: nothing.
  public func standard(_ question: SiteQuestion) -> String? {
    switch question {
    case .name:
      directory.split(separator: "/").last.map(String.init).flatMap { Names.isSlug($0) ? $0 : nil }
    case .mailHost: answers[.domain]?.first.map { "mail.\($0)" }
    case .stage: isTabletop ? "exercise" : "build"
    case .namespace: KubernetesFields.defaults.namespace
    case .workload: KubernetesFields.defaults.workload
    // Shown in commands alone: a simulated world starts no process.
    case .outside:
      isTabletop ? answers[.domain]?.first.map { "ssh -T probe@probe.\($0)" } : nil
    case .inside: isTabletop ? answers[.node]?.first.map { "ssh -T root@\($0)" } : nil
    case .domain, .address, .node, .kubeconfig, .context, .manifests, .person: nil
    }
  }

  /// Why a text is no answer to a question after those that were given; nil: it is one.
  public func refusal(of text: String, to question: SiteQuestion) -> InputRefusal? {
    if let refusal = question.refusal(of: text) { return refusal }
    if question == .address, answers[.address]?.contains(text) == true {
      return InputRefusal(message: "\(text) is already there", fix: "Give another one.")
    }
    if question == .person, let person = try? SiteQuestion.person(text),
      operators.contains(where: { $0.name == person.name })
    {
      return InputRefusal(
        message: "\(person.name) is already there",
        fix: "Give all the roles of a person at once."
      )
    }
    return nil
  }

  /// Every answer that is none, with the reason.
  public var refusals: [(question: SiteQuestion, reason: InputRefusal)] {
    var checked = NewSite(directory: directory, isTabletop: isTabletop)
    var refusals: [(question: SiteQuestion, reason: InputRefusal)] = []
    for question in SiteQuestion.allCases {
      for answer in answers[question] ?? [] {
        if let reason = checked.refusal(of: answer, to: question) {
          refusals.append((question, reason))
        }
        checked.answers[question, default: []].append(answer)
      }
      // A default that comes of another answer may be none, e.g. where the domain is too long.
      if answers[question] == nil, let standard = standard(question), refusals.isEmpty,
        let reason = checked.refusal(of: standard, to: question)
      {
        refusals.append((question, reason))
      }
    }
    return refusals
  }

  /// The questions that cannot go without an answer and have none.
  public var unanswered: [SiteQuestion] {
    questions.filter { $0.isRequired && (answers[$0] ?? []).isEmpty && standard($0) == nil }
  }

  /// The people so far.
  public var operators: [SiteOperator] {
    (answers[.person] ?? []).compactMap { try? SiteQuestion.person($0) }
  }

  /// The vantages that have a way to them.
  public var vantages: [SiteVantage] {
    [("outside", SiteQuestion.outside), ("node", .inside)].compactMap { name, question in
      value(question).flatMap { try? SiteQuestion.words($0) }
        .map { SiteVantage(name: name, via: $0) }
    }
  }

  private func value(_ question: SiteQuestion) -> String? {
    answers[question]?.first ?? standard(question)
  }
}

extension NewSite {
  /// The name and the text of each file of the site, `site.yaml` last.
  public var files: [(name: String, text: String)] {
    var files: [(name: String, text: String)] = [("operators.yaml", operatorsText)]
    if isTabletop { files.append((Self.world, worldText)) }
    files.append(("site.yaml", siteText))
    return files
  }

  private static let world = "world.yaml"

  private var siteText: String {
    var members = Self.head("Site")
    func add(_ key: String, _ question: SiteQuestion) {
      if let value = value(question) { members.append((key, .string(value))) }
    }
    add("name", .name)
    add("domain", .domain)
    add("mail_host", .mailHost)
    members.append(("addresses", .array((answers[.address] ?? []).map(OrderedJSON.string))))
    add("node", .node)
    add("stage", .stage)
    let cluster: [(String, SiteQuestion)] = [
      ("kubeconfig", .kubeconfig), ("context", .context), ("namespace", .namespace),
      ("workload", .workload),
    ]
    let reached = cluster.compactMap { key, question in
      value(question).map { (key: key, value: OrderedJSON.string($0)) }
    }
    members.append(("kubernetes", .object(reached)))
    if !vantages.isEmpty {
      let ways = vantages.map { vantage in
        let via = OrderedJSON.array(vantage.via.map(OrderedJSON.string))
        return (key: vantage.name, value: OrderedJSON.object([(key: "via", value: via)]))
      }
      members.append(("vantages", .object(ways)))
    }
    add("manifests", .manifests)
    if isTabletop { members.append(("scenario", .string(Self.world))) }
    return "# Made by `mailconsole new site`; the keys are explained in mailconsole(1), FILES.\n"
      + OrderedJSON.object(members).yaml
  }

  private var operatorsText: String {
    let people = operators.map { person -> OrderedJSON in
      let roles = person.roles.map { OrderedJSON.string($0.name) }
      return ["name": .string(person.name), "roles": .array(roles)]
    }
    var members = Self.head("Operators")
    members.append(("operators", .array(people)))
    return OrderedJSON.object(members).yaml
  }

  /// A platform that runs, and a queue with one thing wrong.
  private var worldText: String {
    let node: OrderedJSON = ["name": .string(value(.node) ?? ""), "ready": true]
    let cluster: OrderedJSON = ["applied": true, "nodes": .array([node])]
    let queue: OrderedJSON = [
      "generators": [
        ["cause": "ordinary", "count": 12],
        ["cause": "dead", "count": 120, "domain": "dead.test"],
      ]
    ]
    var members = Self.head("Scenario")
    members.append(("seed", 1))
    members.append(("clock", ["start": "2026-01-05T09:00:00Z"]))
    members.append(("state", ["kubernetes": cluster, "postfix": queue]))
    return "# A platform that runs, and mail for a domain that takes none.\n"
      + OrderedJSON.object(members).yaml
  }

  private static func head(_ kind: String) -> [(key: String, value: OrderedJSON)] {
    [("apiVersion", "mailconsole/v1"), ("kind", .string(kind))]
  }
}
