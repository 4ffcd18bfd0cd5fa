import TestSupport
import Testing

@testable import ClusterOps
@testable import Runbooks

/// Signatures that an earlier version took, held against what this one says was signed.
@Suite struct GoldenSignatureTests {
  @Test("the journal has its head, replays, and its signatures hold over the same words")
  func signatures() async throws {
    var state = RunState(of: try GoldenSignedJournal.runbook())
    let signers = try AllowedSigners(text: GoldenSignedJournal.allowedSigners)
    var head = Digest(of: "run-1")
    var signed: [String] = []
    for (index, line) in GoldenSignedJournal.lines.split(separator: "\n").enumerated() {
      let bytes = Array(line.utf8)
      let payload = try RecordCoding.payload(bytes, sequence: Int64(index + 1))
      if let signOff = state.signedSignOff(in: payload.event) {
        signed.append(payload.event.type)
        try await Self.verify(signOff, signers, payload)
        var other = signOff.document
        other.comment += "!"
        let forged = SignedSignOff(document: other, signature: signOff.signature)
        await #expect(throws: SignatureRefusal.self) {
          try await Self.verify(forged, signers, payload)
        }
      }
      try state.apply(payload.event)
      head = JournalDatabase.Row.hash(previous: head, bytes)
    }
    #expect(
      signed == ["decision.made", "approval.given", "approval.rejected", "compensation.decided"]
    )
    #expect(head.hex == GoldenSignedJournal.head)
    #expect(state.created?.allowedSigners == signers.digest)
    #expect(
      state.status
        == .ended(.aborted, summary: "rolled back by ana: not tonight; 1 of 1 undone")
    )
  }

  private static func verify(
    _ signOff: SignedSignOff,
    _ signers: AllowedSigners,
    _ payload: JournalPayload
  ) async throws {
    try await signOff.verify(
      with: SSHVerifier(),
      listedIn: signers,
      among: ["ana", "bo", "cy"],
      at: payload.at
    )
  }
}
