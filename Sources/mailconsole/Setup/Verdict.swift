internal import ClusterOps
internal import Runbooks

/// How every command judges a record: chain, files, replay, and the signatures by ssh-keygen(1).
enum Verdict {
  static func on(_ directory: RunDirectory) throws(CommandFailure) -> Verification {
    do {
      return try blocking {
        await Verification.of(
          directory,
          signatures: SSHVerifier(),
          load: { try Workplace.pinned($0) }
        )
      }
    } catch {
      throw RunSession.failure(error)
    }
  }
}
