import Glibc
import Testing

@testable import Runbooks

/// What a run is pinned to, and what has to hold before it is opened.
@Suite struct HoldingTests {
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

  private func open(
    _ store: RunStore,
    _ runbook: Runbook,
    on site: Site = Fixtures.site
  ) async throws -> RunStore.CheckedRun {
    try await store.open(
      RunID("run-1"),
      by: "bo",
      on: site,
      signatures: NoSignatures(),
      load: { _ in runbook }
    )
  }

  /// A run that was let go of while it waits for a person.
  private func waiting(_ store: RunStore, _ runbook: Runbook) async throws -> RunDirectory {
    let (engine, run) = try await Fixtures.engine(store, runbook)
    _ = try await engine.drive()
    try await engine.letGo(reason: "shift ends")
    try run.close()
    return run.directory
  }

  private func site(_ record: [String: Value]) -> Site {
    let site = Fixtures.site
    return Site(
      name: site.name,
      domain: site.domain,
      mailHost: site.mailHost,
      addresses: site.addresses,
      node: site.node,
      stage: site.stage,
      kubernetes: site.kubernetes,
      manifests: nil,
      directory: "/elsewhere",
      operators: site.operators,
      scenario: nil,
      record: .record(record)
    )
  }

  @Test("a sound run is opened with its history, read once")
  func sound() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([Fixtures.manual("m")])
      let directory = try await waiting(store, runbook)
      let checked = try await open(store, runbook)
      #expect(checked.history.entries == (try JournalReader(directory).entries()))
      #expect(checked.record.head == checked.history.head)
    }
  }

  @Test(
    "a head that is missing, empty, garbled, lower with another hash, or of elsewhere is never made anew",
    arguments: [nil, "", "garbled\n", "1", "99"]
  )
  func head(content: String?) async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([Fixtures.manual("m")])
      let directory = try await waiting(store, runbook)
      unlink(directory.head)
      if let content {
        let number = Int64(content)
        if let number {
          let head = ChainHead(sequence: number, hash: Digest(of: "another"))
          SystemFiles.close(try HeadFile.open(directory.head, at: head))
        } else {
          try SystemFiles.replace(directory.head, in: directory.path, with: Array(content.utf8))
        }
      }
      let before = try? SystemFiles.contents(of: directory.head)
      await #expect {
        try await open(store, runbook)
      } throws: { error in
        error is UnsoundRecord && "\(error)".contains("`head`")
      }
      // Nor by whoever opens the journal without that check.
      #expect(throws: JournalError.self) { try Journal(of: RunID("run-1"), in: directory) }
      #expect((try? SystemFiles.contents(of: directory.head)) == before)
    }
  }

  @Test("what differs in the site is named by its key; the stage and the scenario may differ")
  func site() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([Fixtures.manual("m")])
      try store.create(Fixtures.creation(runbook)).close()
      let other = site([
        "name": .string("lab"), "node": .string("n2"),
        "kubernetes": .record(["context": .string("production")]),
      ])
      await #expect {
        try await open(store, runbook, on: other)
      } throws: { error in
        (error as? OtherSite)?.differences == [
          .init(key: "kubernetes.context", pinned: nil, found: "production"),
          .init(key: "node", pinned: nil, found: "n2"),
        ]
      }
      let later = site(["name": .string("lab"), "stage": .string("live")])
      _ = try await open(store, runbook, on: later)
    }
  }

  @Test("evidence that was changed before the sign-off is refused, and named")
  func evidence() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([
        Fixtures.step("x", .operation(Fixtures.call("op")), risk: .change),
        Fixtures.approve("ok", needs: ["x"], not: ["x"]),
      ])
      let (engine, run) = try await Fixtures.engine(store, runbook, [FakeOperation("op", Ledger())])
      _ = try await engine.drive()
      guard
        case .waitingForPerson(.approval(let request, _))? = await engine.state[StepID("ok")],
        let digest = request.evidence.first?.blob.digest
      else {
        Issue.record("no sign-off is waited for")
        return
      }
      let path = run.directory.blobs.path(of: digest)
      let kept = try SystemFiles.contents(of: path)
      let seen = await engine.head.hash
      let approval = RunCommand.approve(
        StepID("ok"),
        comment: "",
        typed: nil,
        seen: seen,
        signature: nil
      )
      try SystemFiles.replace(path, in: run.directory.outputs, with: [65])
      await #expect {
        try await engine.submit(approval, by: "bo")
      } throws: { error in
        "\(error)".contains("evidence outputs/\(digest.short)… does not hold")
      }
      try SystemFiles.replace(path, in: run.directory.outputs, with: kept)
      try await engine.submit(approval, by: "bo")
    }
  }

  @Test(
    "a catalogue that judges an operation otherwise by now does not change an old run's verdict"
  )
  func risks() async throws {
    func runbook(_ risk: Risk) -> Runbook {
      Fixtures.runbook([
        Fixtures.step("x", .operation(Fixtures.call("op")), risk: risk), Fixtures.manual("m"),
      ])
    }
    try await Fixtures.withState { store in
      let creation = RunStore.Creation(
        run: RunID("run-1"),
        runbook: runbook(.read),
        site: Fixtures.site,
        mode: .live,
        pace: .attended,
        console: "test",
        by: "ana"
      )
      let clock = ManualRunClock(wall: Fixtures.start)
      let run = try store.create(creation, clock: clock)
      let operation = FakeOperation("op", risk: .read, Ledger())
      let engine = try RunEngine(
        run,
        entries: try run.entries(),
        Fixtures.setting(runbook(.read), [operation], clock)
      )
      try await engine.attach()
      _ = try await engine.drive()
      try await engine.letGo(reason: "shift ends")
      try run.close()
      let verdict = Verification(of: run.directory) { _ in runbook(.change) }
      #expect(verdict.isSound, "\(verdict.findings)")
      let state = try #require(verdict.history?.state)
      #expect(state.runbook.steps[0].risk == .read)
      #expect(state[StepID("x")]?.word == "succeeded")
      let snapshot = RunSnapshot(of: state, at: try #require(verdict.head))
      #expect(snapshot.state(of: runbook(.change), site: state.site) == state)
    }
  }

  @Test("a pinned text that declares less than the catalogue of today is read as it was")
  func pinnedText() throws {
    let text = """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: trial
      title: Trial
      version: 1.0.0
      owner: E4
      summary: A trial.
      steps:
        - {id: x, title: X, do: postfix.hold, risk: read}

      """
    let declarations = [FakeOperation("postfix.hold", risk: .change, Ledger()).declaration]
    let today = RunbookLoader(operations: declarations).read(text: text, path: "t.yaml")
    #expect(today.problems.contains { $0.message.contains("the step says read") })
    let pinned = RunbookLoader(operations: declarations, readsPinned: true)
      .read(text: text, path: "t.yaml")
    #expect(pinned.problems.isEmpty, "\(pinned.problems)")
  }

  @Test("what is no regular file is refused unread, whichever file it stands for")
  func kinds() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([Fixtures.manual("m")])
      try store.create(Fixtures.creation(runbook)).close()
      let directory = try #require(store.directory(of: RunID("run-1")))
      for file in [
        directory.journal, directory.journal + "-wal", directory.head, directory.runbook,
        directory.site, directory.secretKey, directory.reserve, directory.outputs + "/.partial-m-1",
        directory.children.path + "/m-1-1.status",
      ] {
        let kept = try? SystemFiles.contents(of: file)
        unlink(file)
        try #require(mkfifo(file, 0o600) == 0)
        let name = String(file.dropFirst(directory.path.utf8.count + 1))
        await #expect {
          try await open(store, runbook)
        } throws: { error in
          "\(error)".contains("\(name) is a FIFO, not a regular file")
        }
        #expect(store.summary(of: RunID("run-1")) { _ in runbook } != nil)
        unlink(file)
        if let kept { try SystemFiles.replace(file, in: directory.path, with: kept) }
      }
      _ = try await open(store, runbook)
    }
  }
}
