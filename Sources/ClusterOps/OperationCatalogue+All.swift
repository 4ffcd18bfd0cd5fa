public import Runbooks

extension OperationCatalogue {
  /// Every operation the console has; their commands are run by `runner`.
  public static func standard(runner: CommandRunner = CommandRunner()) -> OperationCatalogue {
    OperationCatalogue(
      families.flatMap(\.self).map { CatalogueOperation(work: $0, runner: runner) }
    )
  }

  /// A list a family, in the order of the manual.
  static let families: [[any CommandOperation]] = [
    KubernetesFamily.operations,
    PostfixFamily.operations,
    DNSFamily.operations,
    MailPolicyFamily.operations,
    TLSFamily.operations,
    ACMEFamily.operations,
    SMTPFamily.operations,
    IMAPFamily.operations,
    HTTPFamily.operations,
    ListenersFamily.operations,
    FirewallFamily.operations,
    RedisFamily.operations,
    ClamAVFamily.operations,
    RspamdFamily.operations,
    DovecotFamily.operations,
    ReportsFamily.operations,
    ResticFamily.operations,
    PrometheusFamily.operations,
    LokiFamily.operations,
    ExerciseFamily.operations,
  ]
}
