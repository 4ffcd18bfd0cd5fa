/// Why a queue is as full as it is: the causes present at once, each message counted under one.
///
/// Each message belongs to the first of these that fits: a compromised sender,
/// backscatter, a cause on our side that stops all destinations, a refusal that we
/// have to mend, a recipient who cannot be served, a dead destination, a receiver's
/// defer storm, waiting, none of them. Compromise comes first because such mail also
/// fills the queues for dead and deferring destinations; what is ours to mend comes
/// before what passes by itself.
public struct QueueDiagnosis: Sendable, Hashable {
  /// From when on something is called a cause.
  ///
  /// 30 messages is where mailcow's watchdog warns; the other defaults separate
  /// a person who sends much from an account that is misused.
  public struct Thresholds: Sendable, Hashable {
    /// Messages of one of our senders, in any queue.
    public var compromiseMessages = 100
    /// And their share of all messages, in percent.
    public var compromiseShare = 20
    /// And the recipient domains it writes to.
    public var compromiseDomains = 5
    /// Bounces in the queue.
    public var backscatterMessages = 30
    /// And their share of all messages, in percent.
    public var backscatterShare = 10
    /// Messages waiting for one domain that cannot be reached.
    public var deadMessages = 30
    /// Messages that one receiver puts off.
    public var stormMessages = 30
    /// Domains that must be unreachable at once before it is our fault.
    public var allDomains = 10

    public init() {}
  }

  /// A named cause and what it covers.
  public struct Cause: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      case compromisedSender = "compromised_sender"
      case backscatter
      case allDestinations = "all_destinations"
      /// Something that we mend (``ReasonFault/us``), however few messages show it.
      case ourSide = "our_side"
      /// Mailboxes that are unknown, full, switched off or get too much.
      case recipient
      case deadDestination = "dead_destination"
      case deferStorm = "defer_storm"
      /// What passes by itself and is no storm.
      case wait
      case other
    }

    public let kind: Kind
    /// The sender, domain, receiver or what is at fault; empty where it is about none.
    public let subject: String
    public var messages: Int
    /// How many of these are on hold already.
    public var held: Int
    /// The recipient domains concerned, most messages first, at most 50.
    public var domains: [String]
    /// A delay reason that shows it, or empty.
    public var reason: String
    /// What its messages' reasons say, most messages first.
    public var classes: [ClassCount]

    /// The class of most of its messages, where one says something.
    public var reasonClass: ReasonClass? { classes.first { $0.reasonClass != .none }?.reasonClass }
  }

  /// How many messages a class of reasons has.
  public struct ClassCount: Sendable, Hashable {
    public let reasonClass: ReasonClass
    public let messages: Int
  }

  /// The causes, in the order of the kinds, within a kind the largest first.
  public let causes: [Cause]

  /// The causes of a kind, the largest first.
  public func causes(_ kind: Cause.Kind) -> [Cause] { causes.filter { $0.kind == kind } }

  /// The messages under all causes of a kind.
  public func messages(_ kind: Cause.Kind) -> Int {
    causes(kind).reduce(0) { $0 + $1.messages }
  }
}

extension QueueReport {
  /// Names the causes.
  public func diagnosis(
    thresholds: QueueDiagnosis.Thresholds = QueueDiagnosis.Thresholds()
  ) -> QueueDiagnosis {
    var attribution = Attribution(report: self, thresholds: thresholds)
    attribution.takeCompromisedSenders()
    attribution.takeBackscatter()
    attribution.takeAllDestinations()
    attribution.take(.ourSide, classes: { $0.fault == .us })
    attribution.take(.recipient, classes: { $0.fault == .recipient })
    attribution.takeDeadDestinations()
    attribution.takeStorms()
    attribution.take(.wait, classes: \.isPutOff)
    attribution.takeRest()
    return QueueDiagnosis(causes: attribution.causes)
  }
}

/// The messages still without a cause, and the causes found so far.
private struct Attribution {
  let report: QueueReport
  let thresholds: QueueDiagnosis.Thresholds
  var rest: [QueueCell]
  var causes: [QueueDiagnosis.Cause] = []

  init(report: QueueReport, thresholds: QueueDiagnosis.Thresholds) {
    self.report = report
    self.thresholds = thresholds
    rest = report.cells
  }

  mutating func takeCompromisedSenders() {
    var totals: [UInt32: Int] = [:]
    for cell in rest { totals[cell.sender, default: 0] += cell.messages }
    let many = totals.filter { sender, messages in
      messages >= thresholds.compromiseMessages
        && messages * 100 >= thresholds.compromiseShare * report.total
        && sender != QueueReport.bounceNumber && isOurs(report.senders.text(sender))
    }
    var domains: [UInt32: Set<UInt32>] = [:]
    for cell in rest where many[cell.sender] != nil {
      domains[cell.sender, default: []].insert(cell.domain)
    }
    let suspects = many.filter {
      domains[$0.key, default: []].count >= thresholds.compromiseDomains
    }
    take(.compromisedSender, suspects.map { (report.senders.text($0.key), $0.key) }) { $0.sender }
  }

  /// Whether a sender is of our domain; where that is not known, anybody may be.
  private func isOurs(_ sender: String) -> Bool {
    report.localDomain.isEmpty || sender.hasSuffix("@" + report.localDomain)
  }

  mutating func takeBackscatter() {
    let bounces = QueueReport.bounceNumber
    let messages = rest.reduce(0) { $0 + ($1.sender == bounces ? $1.messages : 0) }
    guard messages >= thresholds.backscatterMessages,
      messages * 100 >= thresholds.backscatterShare * report.total
    else { return }
    take(.backscatter, [("", bounces)]) { $0.sender }
  }

  /// Everything fails alike, over many domains or in our own transports: the cause is ours.
  mutating func takeAllDestinations() {
    var reasoned = 0
    var ours = 0
    var local = 0
    var domains: [UInt32: Int] = [:]
    for cell in rest where cell.reason != .none {
      reasoned += cell.messages
      guard cell.reason.isUnreachable || cell.reason == .local else { continue }
      ours += cell.messages
      if cell.reason == .local { local += cell.messages }
      domains[cell.domain, default: 0] += cell.messages
    }
    guard ours >= thresholds.deadMessages, ours * 100 >= 80 * reasoned else { return }
    let isSpread =
      domains.count >= thresholds.allDomains && (domains.values.max() ?? 0) * 2 <= ours
    guard isSpread || local * 100 >= 80 * reasoned else { return }
    take(.allDestinations, [("", 1)]) {
      $0.reason.isUnreachable || $0.reason == .local || $0.reason == .none ? 1 : 0
    }
  }

  mutating func takeDeadDestinations() {
    let domains = domainSums()
    let dead = domains.filter { _, sum in
      sum.unreachable >= thresholds.deadMessages && sum.unreachable * 100 >= 80 * sum.reasoned
    }
    take(.deadDestination, dead.map { (report.domains.text($0.key), $0.key) }) { $0.domain }
  }

  mutating func takeStorms() {
    let domains = domainSums().filter { $1.putOff > 0 && $1.putOff * 100 >= 50 * $1.reasoned }
    // Domains are of one receiver when their mail exchangers share a name or an address.
    var receivers = Partition()
    for (domain, sum) in domains {
      receivers.join("domain \(domain)", "name \(receiver(of: sum) ?? "of \(domain)")")
      if sum.address != 0 { receivers.join("domain \(domain)", "address \(sum.address)") }
    }
    var members: [String: [UInt32]] = [:]
    for domain in domains.keys {
      members[receivers.root("domain \(domain)"), default: []].append(domain)
    }
    var names: [(name: String, key: UInt32)] = []
    var storm: [UInt32: UInt32] = [:]
    for numbers in members.values {
      let sums = numbers.compactMap { domains[$0] }
      guard sums.reduce(0, { $0 + $1.putOff }) >= thresholds.stormMessages,
        let key = numbers.min()
      else { continue }
      names.append((name(of: numbers, sums), key))
      for number in numbers { storm[number] = key }
    }
    take(.deferStorm, names) { storm[$0.domain] ?? 0 }
  }

  /// The name the mail exchangers share, else the address they share, else the domain.
  private func name(of domains: [UInt32], _ sums: [DomainSum]) -> String {
    let receivers = Set(sums.compactMap(receiver))
    if receivers.count == 1, let receiver = receivers.first { return receiver }
    let addresses = Set(sums.map(\.address))
    if addresses.count == 1, let address = addresses.first, address != 0 {
      return report.hosts.text(address)
    }
    return receivers.min() ?? domains.min().map(report.domains.text) ?? ""
  }

  /// Takes what the classes alone explain: a cause a class.
  mutating func take(
    _ kind: QueueDiagnosis.Cause.Kind,
    classes isMeant: (ReasonClass) -> Bool
  ) {
    let classes = ReasonClass.allCases.filter(isMeant)
    take(kind, classes.map { ("", UInt32($0.rawValue)) }) { UInt32($0.reason.rawValue) }
  }

  mutating func takeRest() {
    take(.other, [("", 1)]) { _ in 1 }
  }

  /// Moves the cells whose key is one of the subjects from the rest to a cause a subject.
  private mutating func take(
    _ kind: QueueDiagnosis.Cause.Kind,
    _ subjects: [(name: String, key: UInt32)],
    by key: (QueueCell) -> UInt32
  ) {
    guard !subjects.isEmpty else { return }
    var taken: [UInt32: [QueueCell]] = [:]
    for subject in subjects { taken[subject.key] = [] }
    var left: [QueueCell] = []
    for cell in rest {
      let number = key(cell)
      if taken[number] != nil { taken[number]?.append(cell) } else { left.append(cell) }
    }
    rest = left
    let found = subjects.map { cause(kind, $0.name, taken[$0.key] ?? []) }
    causes += found.filter { $0.messages > 0 }.sorted {
      ($1.messages, $0.subject) < ($0.messages, $1.subject)
    }
  }

  private func cause(
    _ kind: QueueDiagnosis.Cause.Kind,
    _ subject: String,
    _ cells: [QueueCell]
  ) -> QueueDiagnosis.Cause {
    var sum = QueueSum()
    var domains: [UInt32: Int] = [:]
    var classes: [ReasonClass: Int] = [:]
    for cell in cells where cell.messages > 0 {
      domains[cell.domain, default: 0] += cell.messages
      classes[cell.reason, default: 0] += cell.messages
    }
    for cell in cells { sum.add(cell) }
    let names = domains.map { (report.domains.text($0.key), $0.value) }.sorted {
      ($1.1, $0.0) < ($0.1, $1.0)
    }
    let counts = classes.map { QueueDiagnosis.ClassCount(reasonClass: $0.key, messages: $0.value) }
      .sorted {
        ($1.messages, $0.reasonClass.rawValue) < ($0.messages, $1.reasonClass.rawValue)
      }
    return QueueDiagnosis.Cause(
      kind: kind,
      subject: subject.isEmpty ? culprits(cells) : subject,
      messages: sum.messages,
      held: sum.held,
      domains: names.prefix(50).map(\.0),
      reason: sum.sample >= 0 ? report.samples[Int(sum.sample)].text : "",
      classes: counts
    )
  }

  /// What the reasons themselves name as at fault, most messages first, at most three names.
  private func culprits(_ cells: [QueueCell]) -> String {
    var weights: [String: Int] = [:]
    for cell in cells where cell.sample >= 0 && cell.messages > 0 {
      let culprit = report.samples[Int(cell.sample)].culprit
      if !culprit.isEmpty { weights[culprit, default: 0] += cell.messages }
    }
    let names = weights.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    let shown = names.prefix(3).joined(separator: ", ")
    return names.count > 3 ? shown + " and \(names.count - 3) more" : shown
  }

  private struct DomainSum {
    var reasoned = 0
    var unreachable = 0
    var putOff = 0
    var host: UInt32 = 0
    var address: UInt32 = 0
    var hostWeight = 0
  }

  private func domainSums() -> [UInt32: DomainSum] {
    var sums: [UInt32: DomainSum] = [:]
    for cell in rest where cell.reason != .none && cell.domain != 0 {
      var sum = sums[cell.domain] ?? DomainSum()
      sum.reasoned += cell.messages
      if cell.reason.isUnreachable { sum.unreachable += cell.messages }
      if cell.reason.isPutOff {
        sum.putOff += cell.messages
        if cell.host != 0, cell.messages > sum.hostWeight {
          sum.host = cell.host
          sum.address = cell.address
          sum.hostWeight = cell.messages
        }
      }
      sums[cell.domain] = sum
    }
    return sums
  }

  private func receiver(of sum: DomainSum) -> String? {
    sum.host == 0 ? nil : Receiver.name(ofHost: report.hosts.text(sum.host))
  }
}

/// Names that belong together, by way of others if need be.
private struct Partition {
  private var parents: [String: String] = [:]

  mutating func root(_ name: String) -> String {
    var root = name
    while let parent = parents[root], parent != root { root = parent }
    parents[name] = root
    return root
  }

  mutating func join(_ a: String, _ b: String) {
    let (first, second) = (root(a), root(b))
    if first != second { parents[max(first, second)] = min(first, second) }
  }
}

/// Whose mail exchanger a host is.
enum Receiver {
  /// The last two labels of a host's name, three under short second-level
  /// domains such as `com.au` and `co.uk`; an address stays as it is.
  static func name(ofHost host: String) -> String {
    let labels = host.split(separator: ".")
    guard labels.count > 2, let last = labels.last, !last.allSatisfy(\.isNumber) else {
      return host
    }
    let isShort = last.count == 2 && labels[labels.count - 2].count <= 3
    return labels.suffix(isShort ? 3 : 2).joined(separator: ".")
  }
}
