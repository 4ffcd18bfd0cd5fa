import Foundation
import Glibc
import TestSupport
import Testing

@testable import ClusterOps
@testable import Runbooks

/// Heads kept outside the state directory, and what verification makes of them.
@Suite struct HeadWitnessTests {
  private static let run = RunID("run-1")

  private static func head(_ number: Int64) -> WitnessedHead {
    WitnessedHead(
      run: run,
      head: ChainHead(sequence: number, hash: Digest(of: "\(number)")),
      at: Moment(seconds: 1_795_316_400)
    )
  }

  @Test("a file keeps a line a head, and a torn line or another run's is none")
  func file() async throws {
    let folder = try TemporaryFolder()
    let place = WitnessPlace.file(folder.path + "/heads")
    let witness = HeadWitness()
    for number in 1...3 { try await witness.keep(Self.head(Int64(number)), at: place) }
    let path = URL(fileURLWithPath: folder.path + "/heads")
    let text = try String(contentsOf: path, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 3)
    try Data((text + text.prefix(60)).utf8).write(to: path)
    let heads = try await witness.heads(of: Self.run, at: place)
    #expect(heads == (1...3).map { Self.head(Int64($0)) })
    #expect(try await witness.heads(of: RunID("run-2"), at: place) == [])
    await #expect(throws: WitnessFailure.self) {
      try await witness.keep(Self.head(1), at: .file(folder.path + "/no/heads"))
    }
    await #expect(throws: WitnessFailure.self) {
      _ = try await witness.heads(of: Self.run, at: .file(folder.path + "/none"))
    }
    await #expect(throws: WitnessFailure.self) {
      _ = try await witness.heads(of: Self.run, at: .file("/dev/zero"))
    }
  }

  @Test("a git repository gets a commit a head, also from two runs at once, bare or not")
  func git() async throws {
    for words in [["init", "-q"], ["init", "-q", "--bare"]] {
      let folder = try TemporaryFolder()
      _ = try Program.run("git", words + [folder.path + "/repo"])
      let place = WitnessPlace.git(folder.path + "/repo")
      let witness = HeadWitness()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...3 {
          group.addTask { try await witness.keep(Self.head(Int64(number)), at: place) }
        }
        try await group.waitForAll()
      }
      let heads = try #require(try await witness.heads(of: Self.run, at: place))
      #expect(Set(heads.map(\.head.sequence)) == [1, 2, 3])
      let status = try Program.run("git", ["-C", folder.path + "/repo", "fsck", "--strict"])
      #expect(status.status == 0, "\(status.errors)")
    }
    await #expect(throws: WitnessFailure.self) {
      try await HeadWitness().keep(Self.head(1), at: .git("/nowhere"))
    }
  }

  @Test("the system's log gets one datagram of RFC 3164")
  func syslog() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/log"
    let receiver = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(receiver) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(receiver, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    try await HeadWitness().keep(Self.head(7), at: .syslog(path))
    var bytes = [UInt8](repeating: 0, count: 2_048)
    let count = recv(receiver, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    #expect(
      text.wholeMatch(
        of: #/<85>[A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d:\d\d mailconsole\[\d+\]: run-1 7 .*/#
      ) != nil,
      "\(text)"
    )
    #expect(try await HeadWitness().heads(of: Self.run, at: .syslog(path)) == nil)
    await #expect(throws: WitnessFailure.self) {
      try await HeadWitness().keep(Self.head(7), at: .syslog(folder.path + "/none"))
    }
  }

  @Test("each sign-off and the end are kept; cutting off and rewriting are found with them alone")
  func whole() async throws {
    let folder = try TemporaryFolder()
    let place = WitnessPlace.file(folder.path + "/heads")
    let trial = try SignedTrial(witnesses: WitnessPolicy(places: [place]))
    let run = try await trial.begin("run-1")
    try await run.approve("bo", try await run.sign("bo"))
    _ = try await run.engine.drive()
    try run.record.close()
    let entries = try run.record.entries()
    #expect(
      entries.map(\.event.type).suffix(4) == [
        "approval.given", "head.witnessed", "run.ended", "head.witnessed",
      ]
    )
    let heads = await OutsideHeads.read(of: Self.run, at: [place], by: HeadWitness())
    #expect(heads.heads[place]?.count == 3)
    func verify(_ outside: OutsideHeads) -> Verification {
      Verification(of: run.record.directory, outside: outside) { _ in SignedTrial.runbook }
    }
    let sound = verify(heads)
    #expect(sound.isSound, "\(sound.findings)")
    #expect(!sound.notRuledOut.contains { $0.contains("cut off") }, "\(sound.notRuledOut)")
    #expect(verify(OutsideHeads()).notRuledOut.contains { $0.hasPrefix("Events cut off") })
    var early = heads
    early.heads[place]?.removeLast()
    #expect(verify(early).firstBadEvent == entries.last?.sequence, "a line was taken away")

    // Rewritten as a whole, with `head`: only the heads elsewhere tell.
    let forged = RunDirectory(path: folder.path + "/run-1")
    try FileManager.default.copyItem(atPath: run.record.directory.path, toPath: forged.path)
    SystemFiles.remove(forged.journal)
    var head = ChainHead.genesis(of: Self.run)
    let queue = try JournalDatabase.openForWriting(forged.journal)
    for entry in entries where entry.event.type != "head.witnessed" {
      let payload = JournalPayload(
        seq: head.sequence + 1,
        run: entry.run,
        at: entry.wall,
        mono: entry.monotonicNanoseconds + 1,
        boot: entry.boot,
        actor: entry.actor,
        event: entry.event
      )
      let row = JournalDatabase.Row(
        after: head,
        payload: payload,
        bytes: try RecordCoding.encode(payload)
      )
      try JournalDatabase.insert([row], after: head, of: payload.run, into: queue)
      head = row.head
    }
    _ = try JournalDatabase.close(queue)
    SystemFiles.remove(forged.head)
    SystemFiles.close(try HeadFile.open(forged.head, at: head))
    let verdict = Verification(of: forged, outside: heads) { _ in SignedTrial.runbook }
    #expect(verdict.findings.contains { $0.message.contains("the chain was rewritten") })
  }

  @Test("a place that fails is said; where it is required nothing further is done until it works")
  func required() async throws {
    let folder = try TemporaryFolder()
    let place = WitnessPlace.file(folder.path + "/later/heads")
    for isRequired in [false, true] {
      let policy = WitnessPolicy(places: [place], isRequired: isRequired)
      let trial = try SignedTrial(witnesses: policy)
      let run = try await trial.begin("run-1")
      try await run.approve("bo", try await run.sign("bo"))
      if isRequired {
        await #expect { try await run.engine.drive() } throws: { "\($0)".contains("requires it") }
        #expect(try run.record.entries().contains { $0.event.type == "run.ended" } == false)
        _ = try Program.run("mkdir", [folder.path + "/later"])
        let again = try await trial.resume(run)
        _ = try await again.drive()
      } else {
        _ = try await run.engine.drive()
      }
      let entries = try run.record.entries()
      #expect(entries.contains { $0.event.type == "run.ended" })
      #expect(entries.contains { $0.event.sentence.contains("WARNING: the head of event") })
      try run.record.close()
    }
  }
}
