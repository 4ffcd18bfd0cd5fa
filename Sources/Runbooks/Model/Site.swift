/// The place a run acts on: names, addresses and how to reach the cluster.
public struct Site: Sendable, Hashable {
  /// How the site's Kubernetes is reached and where mail lives in it.
  public struct Kubernetes: Sendable, Hashable {
    public let kubeconfig: String?
    public let context: String?
    public let namespace: String
    /// The mail workload as kubectl names it, e.g. `daemonset/mail`.
    public let workload: String
    /// The label selector of its pods.
    public let selector: String
    /// The container Postfix runs in.
    public let container: String

    public init(
      kubeconfig: String?,
      context: String?,
      namespace: String,
      workload: String,
      selector: String,
      container: String
    ) {
      self.kubeconfig = kubeconfig
      self.context = context
      self.namespace = namespace
      self.workload = workload
      self.selector = selector
      self.container = container
    }
  }

  public let name: String
  /// The mail domain, e.g. `example.org`.
  public let domain: String
  public let mailHost: String
  public let addresses: [String]
  public let node: String
  /// Where the site stands in its life: `lab`, `build`, `warm-up`, `live`.
  public let stage: String
  public let kubernetes: Kubernetes
  /// The places beside this machine and the pods that commands can be run from.
  public let vantages: [SiteVantage]
  /// The Kustomize directory that deploys the platform, absolute.
  public let manifests: String?
  /// The directory of the site, absolute.
  public let directory: String
  public let operators: [SiteOperator]
  /// The roles that may drive a run; nil: everybody may.
  public let drivers: [Role]?
  /// The scenario file of a tabletop site, absolute; nil for a site that is real only.
  public let scenario: String?
  /// Who may sign, as it was when the site was read.
  public let signers: SignerLists
  /// Where heads of the record are kept outside the state directory.
  public let witnesses: WitnessPolicy
  /// How often the checks are looked at while somebody has them before their eyes; nil: as usual in
  /// the world.
  public let looks: LookInterval?
  /// All of `site.yaml` as values, for `site.…` in expressions.
  public let record: Value

  public init(
    name: String,
    domain: String,
    mailHost: String,
    addresses: [String],
    node: String,
    stage: String,
    kubernetes: Kubernetes,
    vantages: [SiteVantage] = [],
    manifests: String?,
    directory: String,
    operators: [SiteOperator],
    drivers: [Role]? = nil,
    scenario: String?,
    signers: SignerLists = SignerLists(),
    witnesses: WitnessPolicy = WitnessPolicy(),
    looks: LookInterval? = nil,
    record: Value
  ) {
    self.name = name
    self.domain = domain
    self.mailHost = mailHost
    self.addresses = addresses
    self.node = node
    self.stage = stage
    self.kubernetes = kubernetes
    self.vantages = vantages
    self.manifests = manifests
    self.directory = directory
    self.operators = operators
    self.drivers = drivers
    self.scenario = scenario
    self.signers = signers
    self.witnesses = witnesses
    self.looks = looks
    self.record = record
  }
}

/// A person who may act on a site, and in which roles.
public struct SiteOperator: Sendable, Hashable {
  public let name: String
  public let roles: [Role]

  public init(name: String, roles: [Role]) {
    self.name = name
    self.roles = roles
  }
}
