public import Runbooks

extension OperationCatalogue {
  /// Every operation the console has; their commands are run by `runner`.
  public static func standard(runner: CommandRunner = CommandRunner()) -> OperationCatalogue {
    OperationCatalogue([
      ApplyOperation(runner: runner),
      DiffOperation(runner: runner),
      RolloutOperation(runner: runner),
      PodsOperation(runner: runner),
      LogsOperation(runner: runner),
      ExecOperation(runner: runner),
      NodeOperation(runner: runner),
      LabelNodeOperation(runner: runner),
      CordonOperation(isCordon: true, runner: runner),
      CordonOperation(isCordon: false, runner: runner),
      EvictableOperation(runner: runner),
      DrainOperation(runner: runner),
      DeletePodOperation(runner: runner),
      PortsOperation(runner: runner),
      QueueOperation(runner: runner),
      QueueChangeOperation(change: .hold, runner: runner),
      QueueChangeOperation(change: .release, runner: runner),
      QueueChangeOperation(change: .requeue, runner: runner),
      QueueChangeOperation(change: .delete, runner: runner),
      FlushOperation(runner: runner),
      ExportOperation(runner: runner),
      LogSendersOperation(runner: runner),
      PostfixCheckOperation(runner: runner),
      SettingsOperation(runner: runner),
      ServicesOperation(runner: runner),
      ReloadOperation(runner: runner),
      IntakeOperation(runner: runner),
      CertificateOperation(runner: runner),
    ])
  }
}
