import Runbooks
import Testing

@testable import ClusterOps

/// What is concluded from cert-manager's objects.
@Suite struct ACMEStatusTests {
  private func perform(
    _ items: [String],
    _ values: [String: Value] = [:]
  ) async throws -> OperationResult {
    try await RecordedWorld { _ in .said(ACMERecorded.list(items)) }.perform(ACMEStatus(), values)
  }

  @Test(
    "issuers, certificates, the names they are for and the first end; a wildcard covers a label"
  )
  func healthy() async throws {
    let result = try await perform([ACMERecorded.issuer, ACMERecorded.mail, ACMERecorded.web])
    #expect(result.values["issuers"] == .list([.string("letsencrypt")]))
    #expect(
      result.values["certificates"] == .list(["mail-web/web", "mail/mail-rsa"].map(Value.string))
    )
    #expect(result.values["ready"] == .integer(2))
    #expect(result.values["missing"] == .list([]))
    #expect(result.values["soonest"] == .string("mail-web/web"))
    #expect(result.values["soonest_end"] == .duration(.seconds(30 * 86_400)))
    #expect(result.values["not_after"]?.elements?.first == .string("2026-12-30T00:53:20Z"))
    for name in ["issuers_not_ready", "not_ready", "failing", "stuck"] {
      #expect(result.values[name] == .list([]), "\(name)")
    }
    #expect(result.summary == "2 of 2 certificates ready, the first ends in 30 days.")
  }

  @Test("a renewal that fails is told while the old certificate is still good")
  func failing() async throws {
    let issuing =
      #", {"message": "The certificate request has failed to complete and will be retried", "#
      + #""reason": "Failed", "status": "False", "type": "Issuing"}"#
    let result = try await perform([
      ACMERecorded.issuer,
      ACMERecorded.certificate(
        "mail-rsa",
        #""mail.gaudy.test""#,
        until: "2026-12-05T00:53:20Z",
        conditions: ACMERecorded.ready("True", "Ready", "Certificate is up to date") + issuing,
        more: #", "failedIssuanceAttempts": 3, "lastFailureTime": "2026-11-29T20:00:00Z""#
      ),
    ])
    #expect(result.values["ready"] == .integer(1))
    let told = try #require(result.values["failing"]?.elements?.first?.text)
    #expect(told.hasPrefix("mail/mail-rsa: 3 attempts: The certificate request has failed"))
    #expect(result.values["missing"]?.elements?.count == 2)
  }

  @Test("what is not ready, ended, or was never looked at; the first end is negative")
  func unready() async throws {
    let result = try await perform([
      ACMERecorded.object(
        "ClusterIssuer",
        "letsencrypt",
        namespace: nil,
        status: #"{"conditions": ["#
          + ACMERecorded.ready("False", "ErrRegisterACMEAccount", "no account")
          + "]}"
      ),
      ACMERecorded.certificate(
        "mail-rsa",
        #""mail.gaudy.test""#,
        until: "2026-11-29T00:53:20Z",
        conditions: ACMERecorded.ready("False", "Expired", "Certificate expired on Sun")
      ),
      ACMERecorded.object("Certificate", "new", spec: #"{"dnsNames": ["a.test"]}"#, status: "{}"),
    ])
    #expect(
      result.values["issuers_not_ready"]
        == .list([.string("letsencrypt: ErrRegisterACMEAccount: no account")])
    )
    #expect(result.values["not_ready"]?.elements?.count == 2)
    #expect(
      result.values["not_ready"]?.elements?.last
        == .string("mail/new: nobody has looked at it yet")
    )
    #expect(result.values["soonest_end"] == .duration(.seconds(-86_400)))
    #expect(result.values["not_after"]?.elements?.last == .string(""))
  }

  @Test("orders and challenges that failed, or take too long, are told with their reason")
  func stuck() async throws {
    func thing(_ kind: String, _ state: String, _ created: String) -> String {
      ACMERecorded.object(
        kind,
        "mail-rsa-1-\(state)",
        created: created,
        status: #"{"state": "\#(state)", "reason": "no TXT record was found"}"#
      )
    }
    let (early, late) = ("2026-11-29T20:00:00Z", "2026-11-30T00:50:00Z")
    let result = try await perform([
      thing("Order", "valid", early), thing("Order", "pending", late),
      thing("Order", "invalid", late), thing("Challenge", "pending", early),
      ACMERecorded.object(
        "CertificateRequest",
        "mail-rsa-1",
        created: late,
        status: #"{"conditions": ["# + ACMERecorded.ready("False", "Failed", "the order is invalid")
          + "]}"
      ),
    ])
    #expect(
      result.values["stuck"]
        == .list(
          [
            "challenge mail/mail-rsa-1-pending: pending: no TXT record was found",
            "order mail/mail-rsa-1-invalid: invalid: no TXT record was found",
            "request mail/mail-rsa-1: Failed: the order is invalid",
          ].map(Value.string)
        )
    )
    let patient = try await perform(
      [thing("Challenge", "pending", early)],
      ["patience": .duration(.seconds(86_400))]
    )
    #expect(patient.values["stuck"] == .list([]))
  }

  @Test("certificates of other namespaces are none of ours, and an end that is no time is a doubt")
  func others() async throws {
    let result = try await perform([
      ACMERecorded.certificate("shop", #""mail.gaudy.test""#, namespace: "shop"),
      ACMERecorded.certificate("mail-rsa", #""mail.gaudy.test""#, until: "tomorrow"),
    ])
    #expect(result.values["certificates"] == .list([.string("mail/mail-rsa")]))
    #expect(result.doubt?.words.contains("mail/mail-rsa") == true)
    #expect(result.values["soonest_end"] == .duration(.zero))
  }

  @Test("a cluster without cert-manager tells nothing, in a plain sentence")
  func absent() async throws {
    let failure = await #expect(throws: OperationFailure.self) {
      try await RecordedWorld { _ in
        .said(
          "",
          stderr: "error: the server doesn't have a resource type \"clusterissuers\"\n",
          exit: 1
        )
      }.perform(ACMEStatus())
    }
    #expect(failure?.reason == .undetermined)
    #expect(failure?.message.contains("no cert-manager") == true)
  }

  private static let silences: [Answer] = [
    Answer.said(String(ACMERecorded.list([ACMERecorded.mail]).dropLast(30))), .said(""),
    .said("<html>"),
    .said(
      "",
      stderr: "Error from server (Forbidden): orders.acme.cert-manager.io is forbidden\n",
      exit: 1
    ),
    .said(
      "",
      stderr: "Unable to connect to the server: dial tcp 203.0.113.10:6443: i/o timeout\n",
      exit: 1
    ),
  ]

  @Test(
    "what is cut, empty, strange or refused is no evidence",
    arguments: Self.silences
  )
  func strange(answer: Answer) async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await RecordedWorld { _ in answer }.perform(ACMEStatus())
    }
    #expect(failure?.reason != .failed)
  }

  @Test("in a tabletop the scenario says what cert-manager is at")
  func tabletop() async throws {
    func perform(_ certificates: [String: Value]) async throws -> OperationResult {
      var world = SimulatedWorld(
        state: ["certificates": .record(certificates)],
        now: 1_796_000_000,
        seed: 1
      )
      return try await OperationCatalogue.standard().operation("acme.status")
        .simulate(Arguments([:]), in: &world)
    }
    let failed = Value.record([
      "name": .string("mail/mail-rsa"), "names": .list([.string("mail.gaudy.test")]),
      "days": .integer(4), "attempts": .integer(2), "message": .string("the zone is not ours"),
    ])
    let order = Value.record(["state": .string("invalid"), "reason": .string("refused")])
    let result = try await perform(["issued": .list([failed]), "orders": .list([order])])
    #expect(result.values["soonest_end"] == .duration(.seconds(4 * 86_400)))
    #expect(
      result.values["failing"]
        == .list([.string("mail/mail-rsa: 2 attempts: the zone is not ours")])
    )
    #expect(result.values["stuck"]?.elements?.count == 1)
    #expect(try await perform([:]).values["missing"] == .list([]))
    await #expect(throws: OperationFailure.self) {
      try await perform(["installed": .boolean(false)])
    }
  }
}
