import Testing

@testable import Runbooks

/// Secrets in the engine: marks in the state, values only where they are used.
@Suite struct SecretRunTests {
  /// Logs in with a secret parameter, and says too much about it.
  private struct Login: Operation {
    let ledger: Ledger
    let declaration = OperationDeclaration(
      name: OperationName("relay.login"),
      summary: "Logs in.",
      parameters: [.init("password", .secret, required: true, help: "the password")],
      results: [.init("banner", .string, help: "what the server says")],
      risk: .read,
      isRepeatable: true
    )

    func plan(_ arguments: Arguments, for site: Site) throws(OperationFailure) -> [PlannedAction] {
      [PlannedAction(argv: ["login"], standardInput: arguments["password"]?.description)]
    }

    func perform(
      _ arguments: Arguments,
      in context: OperationContext
    ) async throws(OperationFailure) -> OperationResult {
      guard let mark = arguments["password"]?.mark else {
        throw OperationFailure(.refused, "no password", advice: "", effect: .none)
      }
      let password = String(decoding: try context.secrets.secret(of: mark), as: UTF8.self)
      ledger.add(password)
      return OperationResult(
        values: ["banner": .string("welcome, \(password)")],
        summary: "logged in with \(password)",
        evidence: [
          Evidence(name: "of \(password)", mediaType: "text/plain", bytes: Array(password.utf8))
        ]
      )
    }
  }

  private func runbook(_ ledger: Ledger) throws -> Runbook {
    let declaration = Login(ledger: ledger).declaration
    return try RunbookLoader(operations: [declaration]).read(
      text: """
        apiVersion: mailconsole/v1
        kind: Runbook
        id: secret
        title: Secrets
        version: 1.0.0
        owner: E4
        summary: Handles secrets.
        inputs: {password: {type: secret}}
        steps:
          - {id: first, do: relay.login, with: {password: "${inputs.password}"}}
          - {id: asked, ask: {pin: {type: secret}}, needs: [first]}
          - {id: second, do: relay.login, with: {password: "${steps.asked.pin}"}, needs: [asked]}
        """,
      path: "f"
    ).get()
  }

  private let secret = "correct-horse-battery"

  @Test("an operation gets the value; state, events and evidence get the mark")
  func operation() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let (engine, run) = try await Fixtures.engine(
        store,
        try runbook(ledger),
        [Login(ledger: ledger)]
      )
      guard case .waiting(let items) = try await engine.drive() else {
        Issue.record("it does not wait")
        return
      }
      #expect(items.map(\.kind) == [.secret])
      let give = RunCommand.giveSecret("inputs.password", .string(secret))
      try await engine.submit(give, by: "ana")
      await #expect(throws: RunEngineError.self) { try await engine.submit(give, by: "ana") }
      _ = try await engine.drive()
      #expect(ledger.lines == [secret])
      // Words of people that hold it are refused, whatever they are encoded in.
      for text in ["it is \(secret)", "it is correct%2Dhorse-battery"] {
        await #expect(throws: RunEngineError.self) {
          try await engine.submit(.note(nil, text: text), by: "ana")
        }
      }
      try await engine.submit(.answer(StepID("asked"), ["pin": .string(secret)]), by: "ana")
      let status = try await engine.drive()
      guard case .ended(.completed, _) = status else {
        Issue.record("\(status)")
        return
      }
      #expect(ledger.lines == [secret, secret])
      var marks: Set<String> = []
      for entry in try run.entries() {
        let text = String(decoding: try RecordCoding.encode(entry.event), as: UTF8.self)
        #expect(!text.contains(secret))
        for match in text.matches(of: /\[secret ([0-9a-f]{12})\]/) { marks.insert(String(match.1)) }
        for blob in entry.event.blobs {
          let bytes = try run.bytes(of: blob.digest)
          #expect(!String(decoding: bytes, as: UTF8.self).contains(secret))
        }
      }
      #expect(marks.count == 1, "equal secrets have one mark: \(marks)")
    }
  }

  @Test("a new process holds nothing: what needs a secret waits, and takes one that differs")
  func forgotten() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let runbook = try runbook(ledger)
      let operations: [any Operation] = [Login(ledger: ledger)]
      let (engine, run) = try await Fixtures.engine(store, runbook, operations)
      try await engine.submit(.giveSecret("inputs.password", .string(secret)), by: "ana")
      _ = try await engine.drive()
      try await engine.submit(.answer(StepID("asked"), ["pin": .string("1234-5678")]), by: "ana")
      // Killed here; the next one reads the journal.
      let next = try RunEngine(
        run,
        entries: try run.entries(),
        Fixtures.setting(runbook, operations, ManualRunClock(wall: Fixtures.start))
      )
      try await next.attach()
      guard case .waiting(let items) = try await next.drive() else {
        Issue.record("it does not wait")
        return
      }
      #expect(items.map(\.what) == ["the secret steps.asked.pin"])
      await #expect(throws: RunEngineError.self) {
        try await next.submit(.giveSecret("steps.asked.pin", .string("abc")), by: "ana")
      }
      try await next.submit(.giveSecret("steps.asked.pin", .string("8765-4321")), by: "ana")
      _ = try await next.drive()
      #expect(ledger.lines == [secret, "8765-4321"])
      // The whole journal replays.
      let replayed = try RunHistory(
        of: runbook,
        site: Fixtures.site.record,
        entries: try run.entries()
      )
      #expect(await replayed.state == next.state)
    }
  }

  @Test("a plan asks nobody: the step is planned")
  func plan() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let (engine, _) = try await Fixtures.engine(
        store,
        try runbook(ledger),
        [Login(ledger: ledger)],
        .plan
      )
      _ = try await engine.drive()
      #expect(ledger.lines == [])
      #expect(await engine.state[StepID("first")]?.word == "planned")
    }
  }
}
