import Foundation
import TestSupport
import Testing

@testable import ClusterOps
@testable import Runbooks

/// Bundles with signatures before two judges: `scripts/verify-bundle` and our own reader.
@Suite struct SignedBundleTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  @Test("the script checks the signatures of a bundle, and a head kept elsewhere")
  func sound() async throws {
    let folder = try TemporaryFolder()
    let trial = try SignedTrial()
    let verdict = try await Self.export(trial, in: folder)
    let result = try Self.judge(folder.path + "/run-1")
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("signatures that hold: 1\n"), "\(result.output)")
    let head = try #require(verdict.head).hash.hex
    let met = try Self.judge(folder.path + "/run-1", head)
    #expect(met.status == 0 && !met.output.contains("not ruled out"))
    let other = try Self.judge(folder.path + "/run-1", Digest(of: "other").hex)
    #expect(other.status == 1 && other.output.contains("cut off or rewritten"))
  }

  /// Ways to rewrite a run so that its chain fits again, and what the script then says.
  private static let forgeries: [(what: String, words: String, @Sendable (Forger) throws -> Void)] =
    [
      (
        "another comment", "not of this event", { try $0.edit(#""comment":"""#, #""comment":"x""#) }
      ),
      ("another approver", "not of this event", { try $0.edit(#""by":"bo""#, #""by":"cy""#) }),
      ("another request", "What was seen", { try $0.edit("go on", "go off", inRequest: true) }),
      ("a signature by another", "does not hold", { try $0.resign(by: "ana", "mailconsole") }),
      ("another namespace", "does not hold", { try $0.resign(by: "bo", "git") }),
      ("an expired key", "does not hold", { try $0.signers("bo valid-before=\"20200101Z\" ") }),
      ("a key for two", "stands for two", { try $0.signers("bo,cy ") }),
      ("a key not listed", "does not hold", { try $0.signers("eve ") }),
      ("no signature", "not signed", { try $0.strip() }),
    ]

  @Test("rewritten consistently around a signature, a bundle is refused by both", arguments: 0..<9)
  func forged(number: Int) async throws {
    let forgery = Self.forgeries[number]
    let folder = try TemporaryFolder()
    let trial = try SignedTrial()
    _ = try await Self.export(trial, in: folder)
    let forger = Forger(bundle: folder.path + "/run-1", trial: trial)
    try forgery.2(forger)
    try forger.chain()
    let result = try Self.judge(forger.bundle)
    #expect(result.status == 1, "\(forgery.what): \(result.output)\(result.errors)")
    #expect(result.output.contains(forgery.words), "\(forgery.what): \(result.output)")
    let verdict = try await forger.verdict()
    #expect(!verdict.isSound, "\(forgery.what)")
  }

  @Test("the script and our own reader agree on tampered signed bundles", .timeLimit(.minutes(20)))
  func tampered() async throws {
    let folder = try TemporaryFolder()
    let trial = try SignedTrial()
    _ = try await Self.export(trial, in: folder)
    let whole = folder.path + "/run-1"
    #expect(await Forger(bundle: whole, trial: trial).isSound())
    // More of them: `make torture`.
    let rounds =
      ProcessInfo.processInfo.environment["MAILCONSOLE_BUNDLE_TAMPERINGS"].flatMap(Int.init) ?? 40
    var random = SeededGenerator(seed: 20_261_124)
    for round in 0..<rounds {
      let copy = folder.path + "/copy/run-1"
      try FileManager.default.createDirectory(
        atPath: folder.path + "/copy",
        withIntermediateDirectories: true
      )
      try FileManager.default.copyItem(atPath: whole, toPath: copy)
      defer { try? FileManager.default.removeItem(atPath: folder.path + "/copy") }
      let what = try Self.tamper(copy, &random)
      let result = try Self.judge(copy)
      let reader = await Forger(bundle: copy, trial: trial).isSound()
      #expect((result.status == 0) == reader, "round \(round), \(what): \(result.output)")
      #expect(result.status == 1, "round \(round), \(what): \(result.output)")
    }
  }

  /// Flips a bit of a file, cuts it off, swaps it with another or takes it away; says what.
  private static func tamper(_ bundle: String, _ random: inout SeededGenerator) throws -> String {
    var files = ["chain.txt", "runbook.yaml", "site.json", "allowed_signers"]
    for folder in ["events", "outputs", "signatures"] {
      files += try SystemFiles.names(in: bundle + "/" + folder).map { folder + "/" + $0 }
    }
    let name = try #require(files.randomElement(using: &random))
    let url = URL(fileURLWithPath: bundle + "/" + name)
    var bytes = try Data(contentsOf: url)
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      try bytes.write(to: url)
      return "flip \(name) at \(place)"
    case 1:
      try bytes.prefix(place).write(to: url)
      return "cut \(name) at \(place)"
    case 2:
      let other = try #require(files.filter { $0 != name }.randomElement(using: &random))
      let otherURL = URL(fileURLWithPath: bundle + "/" + other)
      try Data(contentsOf: otherURL).write(to: url)
      try bytes.write(to: otherURL)
      return "swap \(name) and \(other)"
    default:
      try FileManager.default.removeItem(at: url)
      return "remove \(name)"
    }
  }

  static func judge(_ bundle: String, _ rest: String...) throws -> Program.Result {
    try Program.run(root + "/scripts/verify-bundle", [bundle] + rest)
  }

  /// Plays a signed run and unpacks its bundle.
  static func export(_ trial: SignedTrial, in folder: TemporaryFolder) async throws -> Verification
  {
    let run = try await trial.begin("run-1")
    try await run.approve("bo", try await run.sign("bo"))
    _ = try await run.engine.drive()
    try run.record.close()
    return try unpack(run, await trial.verify(run), in: folder)
  }

  /// Exports the bundle of a run and unpacks it.
  @discardableResult
  static func unpack(
    _ run: SignedRun,
    _ verdict: Verification,
    in folder: TemporaryFolder
  ) throws -> Verification {
    let path = folder.path + "/run.tar"
    let file = try SystemFiles.open(path, O_WRONLY | O_CREAT)
    try RunBundle(of: run.record.directory, verdict: verdict).write(to: file, named: path)
    SystemFiles.close(file)
    _ = try Program.run("tar", ["xf", path, "-C", folder.path])
    return verdict
  }
}

/// Rewrites a bundle as somebody would who may write all of it and holds the keys of the trial.
struct Forger {
  let bundle: String
  let trial: SignedTrial

  private func read(_ name: String) throws -> String {
    try String(contentsOfFile: bundle + "/" + name, encoding: .utf8)
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: bundle + "/" + name))
  }

  private func events() throws -> [String] {
    try SystemFiles.names(in: bundle + "/events").map { "events/" + $0 }
  }

  private func approval() throws -> (name: String, base: String) {
    let name = try #require(try events().first { try read($0).contains("\"approval.given\"") })
    return (name, "signatures/" + name.dropFirst(7).dropLast(5))
  }

  /// Replaces a text in the newest event of the sign-off that has it, or in the request alone.
  func edit(_ old: String, _ new: String, inRequest: Bool = false) throws {
    let names = try events().filter { name in
      let text = try read(name)
      return text.contains("\"approval.") && text.contains(old)
    }
    let name = try #require(inRequest ? names.first : names.last)
    try write(try read(name).replacingOccurrences(of: old, with: new), name)
  }

  func resign(by name: String, _ namespace: String) throws {
    let (event, base) = try approval()
    let document = Array(try read(base + ".txt").utf8)
    let signature = try trial.agent.sign(document, name, namespace: namespace)
    let parsed = try #require(SSHSignature(armored: signature))
    let old = try #require(SSHSignature(armored: try read(base + ".sig")))
    func json(_ text: String) -> String { text.replacingOccurrences(of: "\n", with: "\\n") }
    let text = try read(event).replacingOccurrences(
      of: json(old.armored),
      with: json(parsed.armored)
    )
    .replacingOccurrences(of: old.fingerprint, with: parsed.fingerprint)
    try write(text, event)
    try write(parsed.armored, base + ".sig")
  }

  /// Pins a list in which bo's key stands after these words.
  func signers(_ words: String) throws {
    let old = Digest(of: try read("allowed_signers")).hex
    let list = words + (trial.keys["bo"] ?? "") + "\n"
    try write(list, "allowed_signers")
    let first = "events/000001.json"
    try write(try read(first).replacingOccurrences(of: old, with: Digest(of: list).hex), first)
    try rebind()
  }

  func strip() throws {
    let (event, base) = try approval()
    let text = try read(event).replacing(#/"signature":\{[^}]*\},/#, with: "")
    try write(text, event)
    for end in [".txt", ".sig"] { SystemFiles.remove(bundle + "/" + base + end) }
  }

  /// Signs again over what the rewritten chain shows.
  private func rebind() throws {
    let (event, base) = try approval()
    let old = try #require(try read(base + ".txt").split(separator: "seen: ").last).prefix(64)
    let before = try chain()
    let index = try #require(try events().firstIndex(of: event))
    let new = before[index - 1]
    for name in [event, base + ".txt"] {
      try write(try read(name).replacingOccurrences(of: old, with: new), name)
    }
    try resign(by: "bo", "mailconsole")
  }

  /// Makes the chain fit the events; gives the hash of each.
  @discardableResult
  func chain() throws -> [String] {
    var previous = Digest(of: "run-1")
    var (lines, hashes) = ("", [String]())
    for (index, name) in try events().enumerated() {
      let hash = JournalDatabase.Row.hash(previous: previous, Array(try read(name).utf8))
      lines += "\(index + 1) \(previous) \(hash)\n"
      hashes.append(hash.hex)
      previous = hash
    }
    try write(lines, "chain.txt")
    return hashes
  }

  /// Whether the bundle as a run is sound, and exported again gives the same files.
  func isSound() async -> Bool {
    do {
      let scratch = try TemporaryFolder()
      let verdict = try await verdict(in: scratch)
      let path = scratch.path + "/again.tar"
      let file = try SystemFiles.open(path, O_WRONLY | O_CREAT)
      defer { SystemFiles.close(file) }
      try RunBundle(of: RunDirectory(path: scratch.path + "/run-1"), verdict: verdict)
        .write(to: file, named: path)
      _ = try Program.run("mkdir", [scratch.path + "/again"])
      _ = try Program.run("tar", ["xf", path, "-C", scratch.path + "/again"])
      let again = scratch.path + "/again/run-1"
      let difference = try Program.run("diff", ["-r", "-x", "README.txt", bundle, again])
      return verdict.isSound && difference.status == 0
    } catch {
      return false
    }
  }

  /// What `Verification` says once the bundle is a run again.
  func verdict() async throws -> Verification { try await verdict(in: TemporaryFolder()) }

  private func verdict(in scratch: TemporaryFolder) async throws -> Verification {
    let copy = RunDirectory(path: scratch.path + "/run-1")
    try FileManager.default.copyItem(atPath: bundle, toPath: copy.path)
    var head = ChainHead.genesis(of: RunID("run-1"))
    let queue = try JournalDatabase.openForWriting(copy.journal)
    for name in try events() {
      let bytes = Array(try read(name).utf8)
      let payload = try RecordCoding.payload(bytes, sequence: head.sequence + 1)
      let row = JournalDatabase.Row(after: head, payload: payload, bytes: bytes)
      try JournalDatabase.insert([row], after: head, of: payload.run, into: queue)
      head = row.head
    }
    _ = try JournalDatabase.close(queue)
    SystemFiles.close(try HeadFile.open(copy.head, at: head))
    return await Verification.of(copy, signatures: SSHVerifier()) { _ in SignedTrial.runbook }
  }
}
