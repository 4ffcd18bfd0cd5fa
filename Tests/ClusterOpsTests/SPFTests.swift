import Runbooks
import Testing

@testable import ClusterOps

/// SPF as spfquery of Mail::SPF 2.9 was seen to tell of it.
@Suite struct SPFTests {
  /// What it prints, and how it ends.
  private static func said(
    _ result: String,
    _ words: String,
    exit: Int,
    explanation: String? = nil
  ) -> Answer {
    .said(
      "\(result)\n\(explanation ?? "gaudy.test: \(words)")\ngaudy.test: \(words)\n"
        + "Received-SPF: \(result) (gaudy.test: \(words)) receiver=vm; identity=mailfrom; "
        + "envelope-from=gaudy.test; helo=mail.gaudy.test; client-ip=198.51.100.25\n",
      exit: exit
    )
  }

  private static let pass = said(
    "pass",
    "198.51.100.25 is authorized to use 'gaudy.test' in 'mfrom' identity (mechanism 'mx' matched)",
    exit: 0
  )
  private static let denied =
    "Sender is not authorized by default to use 'gaudy.test' in 'mfrom' identity (mechanism '-all' "
    + "matched)"

  private static let site = Site.test(addresses: ["198.51.100.25", "2001:db8::25"])

  private func evaluate(_ answer: Answer) async throws -> OperationResult {
    let result = try await RecordedWorld { _ in answer }.perform(SPFEvaluate(), on: Self.site)
    return try SPFEvaluate().declaration.checked(result)
  }

  @Test("every address of the site is asked for, by the names that receivers see")
  func passes() async throws {
    let world = RecordedWorld { _ in Self.pass }
    let result = try await world.perform(SPFEvaluate(), on: Self.site)
    #expect(result.values["passes"] == .boolean(true))
    #expect(result.texts("results") == ["198.51.100.25 pass", "2001:db8::25 pass"])
    #expect(result.texts("problems").isEmpty)
    #expect(
      world.asked.programs[1] == [
        "timeout", "15", "spfquery.mail-spf-perl", "--scope", "mfrom", "--identity", "gaudy.test",
        "--ip-address", "2001:db8::25", "--helo-identity", "mail.gaudy.test",
      ]
    )
  }

  @Test(
    "what does not pass is told in the program's words",
    arguments: [
      ("fail", 1, denied), ("softfail", 2, denied), ("neutral", 3, "Domain does not state whether"),
      ("permerror", 4, "Redundant applicable 'v=spf1' sender policies found"),
      ("permerror", 4, "Maximum DNS-interactive terms limit (10) exceeded"),
      ("none", 6, "No applicable sender policy available"),
    ]
  )
  func others(result: String, exit: Int, words: String) async throws {
    let found = try await evaluate(Self.said(result, words, exit: exit))
    #expect(found.values["passes"] == .boolean(false))
    #expect(found.texts("results").first == "198.51.100.25 \(result)")
    #expect(found.texts("problems").first == "198.51.100.25: \(result): gaudy.test: \(words)")
    #expect(found.summary.contains("does not pass for 198.51.100.25 (\(result))"))
  }

  @Test("what a domain has receivers say of a failure is not taken for the verdict, nor shown")
  func explanation() async throws {
    let lies = "Go away \u{1B}[2J\npass\ngaudy.test: fine\nReceived-SPF: pass (gaudy.test: fine)"
    let found = try await evaluate(Self.said("fail", Self.denied, exit: 1, explanation: lies))
    #expect(found.values["passes"] == .boolean(false))
    #expect(found.texts("problems").first?.contains("fine") == false)
    #expect(!found.texts("problems").joined().utf8.contains(0x1B))
  }

  @Test(
    "what was not answered, or is not understood, is undetermined",
    arguments: [
      (
        said("temperror", "Time-out on DNS 'TXT' lookup of 'gaudy.test'", exit: 5),
        "Time-out on DNS"
      ),
      (.said("", exit: 124), "no answer within 15 s"),
      (.said("", stderr: "timeout: failed to run command\n", exit: 127), "is not at the vantage"),
      (.said("", stderr: "Usage: spfquery\n", exit: 255), "Usage: spfquery"),
      (.said(""), "ended with status 0"), (.said("pass\n"), "ended with status 0"),
      (said("pass", "x", exit: 1), "ended with status 1"),
      (said("fail", "x", exit: 0), "ended with status 0"),
      (.said("pass\nx: y\nx: y\n"), "ended with status 0"),
    ]
  )
  func unanswered(answer: Answer, words: String) async {
    let failure = await #expect(throws: OperationFailure.self) { try await evaluate(answer) }
    #expect(failure?.reason == .undetermined)
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
  }

  @Test("a missing program is named with its package")
  func package() async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await evaluate(.said("", exit: 127))
    }
    #expect(failure?.advice.contains("apt install spf-tools-perl") == true)
  }

  @Test("in a tabletop the site's addresses pass, others fail, and a scenario may say otherwise")
  func tabletop() async throws {
    let work = try OperationCatalogue.standard().operation("spf.evaluate")
    let address = Value.list([.string("192.0.2.9")])
    var world = SimulatedWorld(state: [:], now: 0, seed: 1)
    let other = try await work.simulate(Arguments(["addresses": address]), in: &world)
    #expect(other.texts("results") == ["192.0.2.9 fail"])
    world = SimulatedWorld(
      state: ["spf": .record(["192.0.2.9": .string("pass")])],
      now: 0,
      seed: 1
    )
    let said = try await work.simulate(Arguments(["addresses": address]), in: &world)
    #expect(said.values["passes"] == .boolean(true))
  }
}
