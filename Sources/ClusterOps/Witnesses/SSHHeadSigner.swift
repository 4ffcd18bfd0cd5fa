public import Runbooks

/// Signs the head of a run's end with the key that whoever drives has in the agent of the process
/// that performs the run.
public struct SSHHeadSigner: HeadSigning {
  private let signer: SSHSigner
  private let signers: @Sendable () -> SignerLists
  private let clock: any RunClock

  /// - Parameters:
  ///   - signer: short of time, because the run's end waits for it.
  ///   - signers: who may sign now.
  public init(
    signer: SSHSigner = SSHSigner(timeout: .seconds(30)),
    clock: any RunClock = SystemRunClock(),
    signers: @escaping @Sendable () -> SignerLists
  ) {
    self.signer = signer
    self.clock = clock
    self.signers = signers
  }

  public func sign(_ head: HeadDocument) async throws(WitnessFailure) -> SSHSignature {
    do throws(SigningFailure) {
      let key = try await signer.key(of: head.signer, in: signers(), at: clock.read().wall)
      return try await signer.sign(Array(head.text.utf8), with: key)
    } catch {
      throw WitnessFailure("\(error)")
    }
  }
}
