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
  /// The site's `allowed_signers` as pinned when the run began, where it had one.
  public let pinnedSigners: AllowedSigners?
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
    pinnedSigners: AllowedSigners? = nil,
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
    self.pinnedSigners = pinnedSigners
    self.driver = driver
    self.processID = processID
    self.concurrency = max(1, concurrency)
    self.defaultTimeout = defaultTimeout
  }
}
