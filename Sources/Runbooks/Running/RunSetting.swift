/// Everything around a run that the engine uses and does not own.
public struct RunSetting: Sendable {
  /// The runbook, loaded from the pinned text.
  public let runbook: Runbook
  public let site: Site
  /// `site.…` as pinned when the run began.
  public let siteRecord: Value
  public let catalogue: OperationCatalogue
  public let commands: any CommandPerformer
  public let clock: any RunClock
  /// Checks signatures before a sign-off is recorded.
  public let signatures: any SignatureVerifying
  /// Keeps heads of the chain where the site says.
  public let witness: any HeadWitnessing
  /// Signs the head of the end in the name of whoever drives; nil: nobody does.
  public let headSigner: (any HeadSigning)?
  /// The site's `allowed_signers` as pinned when the run began, where it had one.
  public let pinnedSigners: AllowedSigners?
  /// Reads who may sign as the site says now; asked at every signature.
  public let signersToday: SignersToday
  /// The state directory whose locks count; nil: none are taken.
  public let lockState: String?
  /// Makes and reads the runs that stand for steps.
  public let nested: any NestedRuns
  /// The simulated world, where other runs act on it as well; nil: it is this run's alone.
  public let sharedWorld: SharedWorld?
  /// The secrets that this process is given.
  public let secrets: SecretVault
  /// The name of the person who drives.
  public let driver: String
  public let processID: Int32
  /// How many steps may be under way at once; one in a simulated world, always.
  public let concurrency: Int
  /// How long an attempt may take where the step does not say.
  public let defaultTimeout: Duration

  public init(
    runbook: Runbook,
    site: Site,
    siteRecord: Value? = nil,
    catalogue: OperationCatalogue,
    commands: any CommandPerformer = NoCommands(),
    clock: any RunClock = SystemRunClock(),
    signatures: any SignatureVerifying = NoSignatureVerifying(),
    witness: any HeadWitnessing = NoHeadWitnessing(),
    headSigner: (any HeadSigning)? = nil,
    pinnedSigners: AllowedSigners? = nil,
    signersToday: SignersToday? = nil,
    lockState: String? = nil,
    nested: any NestedRuns = NoNestedRuns(),
    sharedWorld: SharedWorld? = nil,
    secrets: SecretVault = SecretVault(),
    driver: String,
    processID: Int32,
    concurrency: Int = 4,
    defaultTimeout: Duration = .seconds(300)
  ) {
    self.runbook = runbook
    self.site = site
    self.siteRecord = siteRecord ?? site.record
    self.catalogue = catalogue
    self.commands = commands
    self.clock = clock
    self.signatures = signatures
    self.witness = witness
    self.headSigner = headSigner
    self.pinnedSigners = pinnedSigners
    self.signersToday = signersToday ?? { site.signers }
    self.lockState = lockState
    self.nested = nested
    self.sharedWorld = sharedWorld
    self.secrets = secrets
    self.driver = driver
    self.processID = processID
    self.concurrency = max(1, concurrency)
    self.defaultTimeout = defaultTimeout
  }
}
