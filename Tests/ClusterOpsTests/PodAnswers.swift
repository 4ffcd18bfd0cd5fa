@testable import ClusterOps

extension Answer {
  /// What `kubectl exec` gives of a reading in a container: its output with the end mark, and
  /// kubectl's own remark on a status.
  static func inPod(_ stdout: String, stderr: String = "", exit: Int = 0) -> Answer {
    said(
      stdout + "\n[end of output]\n",
      stderr: stderr + (exit == 0 ? "" : "command terminated with exit code \(exit)\n"),
      exit: exit
    )
  }

  /// What timeout(1) says of a program that is not there.
  static let withoutProgram = inPod(
    "",
    stderr: "timeout: failed to run command ‘program’: No such file or directory\n",
    exit: 127
  )
}
