internal import ArgumentParser
internal import Runbooks

/// `mailconsole new`
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make a site.",
    subcommands: [NewSiteCommand.self]
  )
}

/// `mailconsole new site DIRECTORY`
struct NewSiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site",
    abstract: "Make the directory of a site: site.yaml and operators.yaml.",
    discussion: """
      On a terminal it asks for what no option gives, one question after the other, shows what will be \
      written and asks whether to write it. Without a terminal, or with --yes, it asks nothing: what is \
      not given has its default, and what has none is named, all at once. The directory is made whole or \
      not at all; one that is there has to be empty.

      Exit status: 0 the site is made; 1 you said no, or the answers ended; 64 answers are missing or are \
      none; 66 the directory above is not there; 74 the directory is taken or cannot be written.
      """
  )

  @ArgumentParser.Argument(help: "The directory to make.")
  var directory: String

  @Option(help: "The site on every screen, e.g. lab. Default: the directory's name.")
  var name: String?

  @Option(help: "The mail domain, e.g. example.org.")
  var domain: String?

  @Option(help: "The name the mail server answers to. Default: mail.DOMAIN.")
  var mailHost: String?

  @Option(
    parsing: .singleValue,
    help: "A public address of the mail host, IPv4 or IPv6; give it again for each."
  )
  var address: [String] = []

  @Option(help: "The Kubernetes node mail runs on.")
  var node: String?

  @Option(help: "Where the site stands: lab, build, warm-up or live. Default: build.")
  var stage: String?

  @Option(help: "The kubeconfig file, from the site's directory. Default: kubectl's own.")
  var kubeconfig: String?

  @Option(help: "The context in it. Default: its current one.")
  var context: String?

  @Option(help: "The namespace of mail. Default: mail.")
  var namespace: String?

  @Option(help: "The workload as kubectl names it. Default: daemonset/mail.")
  var workload: String?

  @Option(help: "The Kustomize directory that deploys the platform, from the site's.")
  var manifests: String?

  @Option(
    help: ArgumentHelp(
      "The way to a machine outside your network, e.g. \"ssh -T probe@probe.example.org\".",
      valueName: "words"
    )
  )
  var viaOutside: String?

  @Option(
    help: ArgumentHelp(
      "The way to the node, e.g. \"ssh -T root@mail-node\".",
      valueName: "words"
    )
  )
  var viaNode: String?

  @Option(
    name: .customLong("operator"),
    parsing: .singleValue,
    help: ArgumentHelp(
      "Who may act, and in which roles, e.g. erin=E1,E2; give it again for each.",
      valueName: "name=roles"
    )
  )
  var people: [String] = []

  @Flag(help: "Make a site that plays in a simulated world, and a small world for it.")
  var scenario = false

  @Flag(help: "Ask nothing, and write.")
  var yes = false

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      var site = NewSite(directory: directory, isTabletop: scenario, answers: given)
      try SiteWriting.refuse(site.directory)
      let roles = try PlanReading.plan(in: nil).roles
      try Self.require(site.refusals)
      let asks = !yes && SiteInterview.isPossible
      if asks {
        var interview = SiteInterview(site, roles: roles)
        try interview.ask()
        site = interview.site
        try Self.require(site.refusals)
      }
      try Self.require(answersOf: site)
      for file in site.files where asks {
        Output.line("")
        Output.line("\(site.directory)/\(file.name):")
        for line in file.text.split(separator: "\n") { Output.line("  \(line)") }
      }
      if asks, try !SiteInterview.agree("Write this?") {
        throw CommandFailure(.findings, "Nothing was written.")
      }
      try SiteWriting.write(site)
      Output.lines(Self.farewell(site, roles).joined(separator: "\n"))
      return .done
    }
  }

  /// What the options answer.
  private var given: [SiteQuestion: [String]] {
    let single: [(SiteQuestion, String?)] = [
      (.name, name), (.domain, domain), (.mailHost, mailHost), (.node, node), (.stage, stage),
      (.kubeconfig, kubeconfig), (.context, context), (.namespace, namespace),
      (.workload, workload), (.manifests, manifests), (.outside, viaOutside), (.inside, viaNode),
    ]
    var given: [SiteQuestion: [String]] = [:]
    for (question, answer) in single { given[question] = answer.map { [$0] } }
    if !address.isEmpty { given[.address] = address }
    if !people.isEmpty { given[.person] = people }
    return given
  }

  private static func require(
    _ refusals: [(question: SiteQuestion, reason: InputRefusal)]
  ) throws(CommandFailure) {
    guard !refusals.isEmpty else { return }
    throw CommandFailure(
      .usage,
      refusals.map { "--\($0.question.rawValue): \($0.reason)" }.joined(separator: "\n")
    )
  }

  private static func require(answersOf site: NewSite) throws(CommandFailure) {
    let missing = site.unanswered
    guard !missing.isEmpty else { return }
    throw CommandFailure(
      .usage,
      (["These answers are missing, and there is no default for them:"]
        + missing.map { "  --\($0.rawValue): \($0.help)" }
        + ["Give them as options, or run this on a terminal, where it asks."])
        .joined(separator: "\n")
    )
  }

  /// What was made, what it lacks, and what to do next.
  static func farewell(_ site: NewSite, _ roles: [PlanRole]) -> [String] {
    let place = CommandText.render([site.directory])
    var lines = ["The site is in \(site.directory)."]
    lines += SiteInterview.unheld(roles, by: site.operators).map {
      "Nobody holds \($0.role.name) (\($0.title)): name them in operators.yaml."
    }
    let known = Set(roles.map(\.role))
    let strange = Set(site.operators.flatMap(\.roles)).subtracting(known).sorted()
    if !strange.isEmpty {
      let names = strange.map(\.name).joined(separator: ", ")
      lines.append("The plan knows no role \(names): no step waits for whoever holds it.")
    }
    let ways = Set(site.vantages.map(\.name))
    lines += SiteVantage.customary.subtracting(ways).sorted().map {
      "There is no way to the vantage \($0): checks from there find nothing out. Give one under "
        + "`vantages` in site.yaml."
    }
    lines += ["", "Next:"]
    if !site.isTabletop {
      lines += [
        "  put the keys of the operators into \(place)/allowed_signers, a line each: "
          + "NAME namespaces=\"\(SignOffDocument.namespace)\" ssh-ed25519 …",
        "  secrets are asked for when a runbook needs them, and are never kept in the site",
      ]
    }
    return lines + [
      "  mailconsole doctor --site \(place)    what is missing",
      "  mailconsole checks --site \(place)    how the platform stands",
    ]
  }
}
