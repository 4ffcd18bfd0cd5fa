import Foundation
import Glibc
import TestSupport
import Testing

@testable import Runbooks

/// The text of a check is pinned to a run as the runbook's is.
@Suite("A check's text") struct PinnedCheckTests {
  private static let runbook = Guarded.runbook([Fixtures.manual("hand")])

  private struct NoSignatures: SignatureVerifying {
    func verify(
      _ signature: SSHSignature,
      over document: [UInt8],
      by name: String,
      listedIn signers: AllowedSigners,
      unless revoked: RevokedKeys?,
      at moment: Moment
    ) async throws(SignatureRefusal) {
      throw SignatureRefusal("nothing is signed here")
    }
  }

  private func begun(_ store: RunStore) throws -> RunDirectory {
    let run = try store.create(Fixtures.creation(Self.runbook))
    try run.close()
    return run.directory
  }

  @Test("lies beside the runbook, and its digest is in the first event")
  func pinned() async throws {
    try await Fixtures.withState { store in
      let directory = try begun(store)
      let path = directory.check(CheckID("queue-size"))
      #expect(try SystemFiles.contents(of: path) == Array(Guarded.text.text.utf8))
      guard case .runCreated(let created)? = try JournalReader(directory).entries().first?.event
      else {
        Issue.record("no first event")
        return
      }
      #expect(created.checks == ["queue-size": Guarded.text.digest])
      #expect(Verification(of: directory) { _ in Self.runbook }.isSound)
    }
  }

  @Test("altered or missing, the run is not opened, verified as sound, or taken up by a console")
  func altered() async throws {
    for (content, words) in [
      ("another text\n", "checks/queue-size.yaml is not the text the run is pinned to."),
      (nil, "checks/queue-size.yaml cannot be read."),
    ] {
      try await Fixtures.withState { store in
        let directory = try begun(store)
        let path = directory.check(CheckID("queue-size"))
        unlink(path)
        if let content {
          try SystemFiles.replace(path, in: directory.checks, with: Array(content.utf8))
        }
        let verdict = Verification(of: directory) { _ in Self.runbook }
        #expect(verdict.firstBadEvent == 1)
        #expect(verdict.findings.map(\.message).contains(words))
        await #expect {
          try await store.open(
            RunID("run-1"),
            by: "bo",
            on: Fixtures.site,
            signatures: NoSignatures(),
            load: { _ in Self.runbook }
          )
        } throws: { "\($0)".contains(words) }
      }
    }
  }

  @Test("of another digest than the runbook at hand uses, no event can follow")
  func otherChecks() throws {
    var state = RunState(of: Fixtures.runbook([Fixtures.manual("hand")]))
    #expect(throws: RunStateError.self) { try state.apply(Guarded.created(Self.runbook)) }
    state = RunState(of: Self.runbook)
    guard case .runCreated(let created) = Fixtures.created(Self.runbook) else { return }
    #expect(created.checks == nil)
    #expect(throws: RunStateError.self) { try state.apply(.runCreated(created)) }
    try state.apply(Guarded.created(Self.runbook))
  }

  @Test("goes into the bundle, and the script finds it altered, missing or not pinned")
  func bundle() async throws {
    let folder = try TestSupport.TemporaryFolder()
    let directory = try begun(RunStore(state: folder.path + "/state"))
    let verdict = Verification(of: directory) { _ in Self.runbook }
    let archive = folder.path + "/bundle.tar"
    let file = try SystemFiles.open(archive, O_WRONLY | O_CREAT | O_TRUNC)
    try RunBundle(of: directory, verdict: verdict).write(to: file, named: archive)
    SystemFiles.close(file)
    let unpacked = try Program.run("tar", ["xf", archive, "-C", folder.path])
    try #require(unpacked.status == 0, "\(unpacked.errors)")
    let bundle = folder.path + "/run-1"
    let check = bundle + "/checks/queue-size.yaml"
    let sound = try BundleFixture.script(bundle)
    #expect(sound.0.isSound, "\(sound.1)")
    try folder.write("a stranger\n", to: "run-1/checks/other.yaml")
    #expect(try BundleFixture.script(bundle).1.output.contains("does not belong here"))
    unlink(bundle + "/checks/other.yaml")
    try folder.write("another text\n", to: "run-1/checks/queue-size.yaml")
    let altered = try BundleFixture.script(bundle)
    #expect(altered.0.firstBad == 1)
    #expect(
      altered.1.output.contains("checks/queue-size.yaml is not the text the run began with")
    )
    unlink(check)
    #expect(try BundleFixture.script(bundle).0.firstBad == 1)
  }

  @Test("left of a run that was never made is swept away")
  func swept() async throws {
    try await Fixtures.withState { store in
      let directory = try begun(store)
      let hidden = store.state + "/runs/.run-2"
      try FileManager.default.moveItem(atPath: directory.path, toPath: hidden)
      #expect(store.sweep() == [RunID("run-2")])
      #expect(!FileManager.default.fileExists(atPath: hidden))
    }
  }
}
