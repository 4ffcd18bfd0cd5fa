import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// DKIM keys that are published against those that sign, as kdig and openssl tell of them.
@Suite struct DKIMTests {
  private static let map = "# domain, then the selector that signs.\ngaudy.test s1\n"

  /// Performs it with two records, and the keys that the pod has for s1 and s2.
  private func compare(
    _ first: [String],
    _ second: [String] = ["v=DKIM1; p=" + DKIMRecorded.good],
    mounted: [Answer] = [
      DKIMRecorded.mounted(DKIMRecorded.good), DKIMRecorded.mounted(DKIMRecorded.good),
    ],
    map: Answer = .inPod(DKIMTests.map)
  ) async throws -> OperationResult {
    let result = try await world(first, second, mounted, map).perform(DKIMCompare())
    return try DKIMCompare().declaration.checked(result)
  }

  private func world(
    _ first: [String],
    _ second: [String],
    _ mounted: [Answer],
    _ map: Answer
  ) -> RecordedWorld {
    MailZone(records: [
      "s1._domainkey.gaudy.test TXT": first, "s2._domainkey.gaudy.test TXT": second,
    ])
    .world { command in
      let words = command.program
      if words.contains("cat") { return map }
      if words.contains("DER") { return DKIMRecorded.read(command.input) }
      return words.contains("/etc/mail-dkim/gaudy.test.s1.key") ? mounted[0] : mounted[1]
    }
  }

  private static let good = "v=DKIM1; k=rsa; p=" + DKIMRecorded.good

  @Test("the key that signs is the one that is published, and the private key stays in the pod")
  func same() async throws {
    let key = DKIMRecorded.mounted(DKIMRecorded.good)
    let world = world([Self.good], [Self.good], [key, key], .inPod(Self.map))
    let result = try await world.perform(DKIMCompare())
    #expect(result.values["matches"] == .boolean(true), "\(result.summary)")
    #expect(result.text("signing") == "s1")
    #expect(result.texts("published") == ["s1", "s2"])
    #expect(result.values["bits"] == .integer(2_048))
    #expect(result.texts("problems").isEmpty, "\(result.texts("problems"))")
    #expect(
      world.asked.programs[2]
        == [
          "timeout", "10", "openssl", "pkey", "-in", "/etc/mail-dkim/gaudy.test.s1.key", "-pubout",
        ]
    )
    #expect(world.asked.programs[3].first == "openssl")
    #expect(world.asked.programs.count == 6)
  }

  @Test(
    "the same key is the same however it is written",
    arguments: [
      "v=DKIM1; p=" + DKIMRecorded.bare, "p=" + DKIMRecorded.good,
      "v=DKIM1; h=sha1:sha256; s=email; n=x; t=s; p=" + DKIMRecorded.good,
      "v=DKIM1; k=rsa; p=" + DKIMRecorded.good.replacing("AQAB", with: " AQ AB") + ";",
    ]
  )
  func forms(record: String) async throws {
    let result = try await compare([record])
    #expect(result.values["matches"] == .boolean(true), "\(result.summary)")
    #expect(result.texts("problems").isEmpty, "\(result.texts("problems"))")
  }

  @Test("an Ed25519 key is compared too (RFC 8463)")
  func edwards() async throws {
    let mounted = DKIMRecorded.mounted(DKIMRecorded.edwardsInfo)
    let result = try await compare(
      ["v=DKIM1; k=ed25519; p=" + DKIMRecorded.edwards],
      mounted: [mounted, DKIMRecorded.mounted(DKIMRecorded.good)]
    )
    #expect(result.values["matches"] == .boolean(true), "\(result.summary)")
    #expect(result.values["bits"] == .integer(256))
    #expect(result.texts("problems").map { $0.contains("sign with an RSA key too") } == [true])
  }

  @Test(
    "what is wrong with the key that signs is told, and no match is claimed without one",
    arguments: [
      ([], false, "s1: its key is not published, so receivers find no signature valid"),
      ([good, good + ";"], false, "s1: it has 2 records"),
      (["v=DKIM1; k=rsa; p="], false, "s1: it is revoked (its p is empty)"),
      (
        ["v=DKIM1; p=" + DKIMRecorded.small], false,
        "s1: the published key is not the one in the pod"
      ),
      (["v=DKIM1; p=" + DKIMRecorded.small], false, "s1: its key has 1024 bits: rotate"),
      (["v=DKIM1; k=rsa"], false, "s1: it has no `p`"),
      (["v=DKIM1; p=%%%"], false, "s1: its `p` is no key in base64"),
      (["v=DKIM1; p=b2xk"], false, "s1: its `p` is no key in DER"),
      (["v=DKIM1; k=dsa; p=" + DKIMRecorded.good], false, "s1: `k=dsa` is neither rsa nor ed25519"),
      (["v=DKIM2; p=" + DKIMRecorded.good], true, "s1: `v=DKIM2` is not"),
      (["p=" + DKIMRecorded.good + "; v=DKIM1"], true, "s1: `v=DKIM1` does not stand"),
      ([good + "; h=sha1"], true, "s1: `h=sha1` does not allow sha256"),
      ([good + "; t=y:s"], true, "s1: `t=y` says that it is only tried"),
      ([good + "; s=tlsrpt"], true, "s1: `s=tlsrpt` is not for mail"),
    ]
  )
  func problems(records: [String], matches: Bool, words: String) async throws {
    let result = try await compare(records)
    #expect(result.values["matches"] == .boolean(matches), "\(result.summary)")
    #expect(result.texts("problems").contains { $0.contains(words) }, "\(result.texts("problems"))")
  }

  @Test(
    "the other selector: gone or revoked it is over; with a key in the pod it has to be published"
  )
  func other() async throws {
    let key = DKIMRecorded.mounted(DKIMRecorded.good)
    let gone = try await compare([Self.good], [], mounted: [key, DKIMRecorded.missing])
    #expect(gone.values["matches"] == .boolean(true))
    #expect(gone.texts("problems").isEmpty)
    #expect(gone.texts("published") == ["s1"])
    let revoked = try await compare(
      [Self.good],
      ["v=DKIM1; p="],
      mounted: [key, DKIMRecorded.missing]
    )
    #expect(revoked.texts("revoked") == ["s2"])
    #expect(revoked.texts("problems").isEmpty)
    let waiting = try await compare([Self.good], [], mounted: [key, key])
    #expect(waiting.texts("problems").first?.contains("the next rotation has to wait") == true)
    let unlike = try await compare(
      [Self.good],
      ["v=DKIM1; p=" + DKIMRecorded.good],
      mounted: [key, DKIMRecorded.mounted(DKIMRecorded.small)]
    )
    #expect(unlike.values["matches"] == .boolean(true))
    #expect(
      unlike.texts("problems") == ["s2: the published key is not the one in the pod: publish that"]
    )
  }

  @Test("mail that no key signs is told: no line of the map, or no key in the pod")
  func unsigned() async throws {
    let other = try await compare([Self.good], map: .inPod("other.test s1\n"))
    #expect(other.values["matches"] == .boolean(false))
    #expect(other.text("signing") == "")
    #expect(other.texts("problems").first?.contains("names none for gaudy.test") == true)
    let key = DKIMRecorded.mounted(DKIMRecorded.good)
    let missing = try await compare([Self.good], mounted: [DKIMRecorded.missing, key])
    #expect(missing.values["matches"] == .boolean(false))
    #expect(missing.texts("problems").first?.contains("the pod has no key for it") == true)
    #expect(missing.summary.hasPrefix("gaudy.test: no key signs;"), "\(missing.summary)")
  }

  @Test("a selector that signs and was not asked for leaves nothing to say")
  func another() async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await compare([Self.good], map: .inPod("gaudy.test s9\n"))
    }
    #expect(failure?.reason == .undetermined)
    #expect(failure?.message.contains("selector s9") == true)
  }

  @Test(
    "a pod that tells no key, or only part of one, is undetermined",
    arguments: [
      Answer.withoutProgram, DKIMRecorded.forbidden, .inPod("", exit: 124), .inPod(""),
      .inPod("-----BEGIN PUBLIC KEY-----\nMIIB\n"), .inPod("hello\n"),
      .said("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"),
      .said("", stderr: "error: timed out waiting for the condition\n", exit: 1),
    ]
  )
  func silent(answer: Answer) async {
    let key = DKIMRecorded.mounted(DKIMRecorded.good)
    await #expect(throws: OperationFailure.self) {
      try await compare([Self.good], mounted: [answer, key])
    }
  }

  @Test(
    "a map that is not there, or not whole, is undetermined",
    arguments: [
      Answer.withoutProgram, .said("gaudy.test s1\n"),
      .inPod("", stderr: "cat: dkim_selectors.map: No such file or directory\n", exit: 1),
    ]
  )
  func unmapped(answer: Answer) async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await compare([Self.good], map: answer)
    }
    #expect(failure?.reason == .undetermined)
  }

  @Test("a tag list: blanks and tabs around names and values, of two tags the first")
  func tags() {
    let list = TagList("v=DKIM1 ;\\009p = a b\\009; p=c;;x; =y")
    #expect(list.version == "DKIM1")
    #expect(list["p"] == "a b")
    #expect(list.problems.count == 3, "\(list.problems)")
    #expect(TagList("; v=DKIM1").version == nil)
    #expect(TagList("V=DKIM1").version == nil)
    #expect(TagList("V=DKIM1", ignoresCase: true).version == "DKIM1")
  }

  @Test("without kdig, or without openssl here, nothing is known")
  func programs() async {
    for answer in MailZone.failures {
      await #expect(throws: OperationFailure.self) {
        try await RecordedWorld { _ in answer }.perform(DKIMCompare())
      }
    }
    let zone = MailZone(records: ["s1._domainkey.gaudy.test TXT": [Self.good]])
    let world = zone.world { command in
      if command.program.contains("cat") { return .inPod(Self.map) }
      return command.program.contains("DER")
        ? .said("", stderr: "openssl: not found\n", exit: 127)
        : DKIMRecorded.mounted(DKIMRecorded.good)
    }
    let failure = await #expect(throws: OperationFailure.self) {
      try await world.perform(DKIMCompare())
    }
    #expect(failure?.reason == .undetermined)
    #expect(failure?.advice.contains("apt install openssl") == true)
  }

  @Test("what is no selector is refused", arguments: [["../x"], ["a b"], ["*"], [], ["-in"]])
  func refused(selectors: [String]) {
    #expect(throws: OperationFailure.self) {
      try DKIMCompare().commands(
        Call(
          arguments: Arguments(["selectors": .list(selectors.map(Value.string))]),
          site: .test
        )
      )
    }
  }

  @Test("in a tabletop the keys are those that are published, unless the scenario has others")
  func tabletop() async throws {
    let work = try OperationCatalogue.standard().operation("dkim.compare")
    var world = SimulatedWorld(state: [:], now: 0, seed: 1)
    let healthy = try await work.simulate(Arguments([:]), in: &world)
    #expect(healthy.values["matches"] == .boolean(true), "\(healthy.summary)")
    #expect(healthy.values["bits"] == .integer(2_048))
    #expect(healthy.texts("problems").isEmpty, "\(healthy.texts("problems"))")
    let keys = Value.record(["s1": .string(DKIMRecorded.small), "s2": .string("")])
    world = SimulatedWorld(state: ["dkim": .record(["keys": keys])], now: 0, seed: 1)
    let other = try await work.simulate(Arguments([:]), in: &world)
    #expect(other.values["matches"] == .boolean(false))
    #expect(other.texts("problems").count == 1)
    world = SimulatedWorld(
      state: ["dkim": .record(["signing": .string("s2"), "keys": keys])],
      now: 0,
      seed: 1
    )
    let none = try await work.simulate(Arguments([:]), in: &world)
    #expect(none.texts("problems").contains { $0.contains("the pod has no key for it") })
  }
}
