/// The operations on Kubernetes.
enum KubernetesFamily {
  static let operations: [any CommandOperation] = [
    ApplyOperation(), DiffOperation(), RolloutOperation(), PodsOperation(), LogsOperation(),
    ExecOperation(), NodeOperation(), LabelNodeOperation(), CordonOperation(isCordon: true),
    CordonOperation(isCordon: false), EvictableOperation(), DrainOperation(),
    DeletePodOperation(), PortsOperation(), VolumesOperation(),
  ]
}
