/// The checks behind ``Verification``, one after the other.
struct RunCheck {
  let directory: RunDirectory
  private(set) var outside = OutsideHeads()
  var result = Verification()
  var entries: [JournalEntry] = []
  private var kept: HeadFile.Contents?
  private var stray: [Verification.Finding] = []
  /// Every signature of the record, to be checked by whoever can.
  private(set) var signed: [SignatureCheck] = []

  /// Reads and checks the files and the chain, up to the first event that does not hold.
  init(of directory: RunDirectory) {
    self.directory = directory
    kept = checkFiles()
    checkChain()
    result.soundEvents = Int64(entries.count)
    result.entries = entries
    result.run = entries.first?.run
  }

  /// Checks what the events say, and the chain against the heads that were kept elsewhere.
  mutating func judge(
    by outside: OutsideHeads = OutsideHeads(),
    _ load: (RunbookSource) throws -> Runbook
  ) {
    self.outside = outside
    checkHeads(kept)
    checkReplay(load)
    checkNested()
    checkBlobs()
    result.findings.sort { ($0.sequence ?? .max) < ($1.sequence ?? .max) }
    result.findings += takeStray()
    sayWhatIsOpen(kept)
  }

  /// Says that the signatures of the record were not looked at.
  mutating func leaveSignatures() {
    guard !signed.isEmpty else { return }
    result.notRuledOut.append(
      "Forged signatures: the \(signed.count) in the record were not checked, for want of a verifier."
    )
  }

  /// Checks every signature of the record as it would have been judged when it was recorded.
  mutating func checkSignatures(with verifier: any SignatureVerifying) async {
    guard let last = signed.last else { return }
    var people: [String] = []
    if case .runCreated(let created)? = entries.first?.event {
      people = created.operators.map(\.name)
    }
    guard let signers = try? directory.pinnedSigners() else {
      bad(last.entry.sequence, "allowed_signers cannot be read, so no signature can be checked.")
      return
    }
    for check in signed {
      do throws(SignatureRefusal) {
        try await check.signOff.verify(
          with: verifier,
          listedIn: signers,
          among: people,
          at: check.entry.wall
        )
      } catch {
        bad(
          check.entry.sequence,
          "The signature of \(check.signOff.document.approver) does not hold: \(error)."
        )
      }
    }
    // Findings of one event stay in the order they were made; those outside events stay last.
    let placed = result.findings.filter { $0.sequence != nil }
      .sorted { ($0.sequence ?? .max) < ($1.sequence ?? .max) }
    result.findings = placed + result.findings.filter { $0.sequence == nil }
    result.checkedSignatures = signed.count
  }

  /// A signature, and the entry that carries it.
  struct SignatureCheck {
    let entry: JournalEntry
    let signOff: SignedSignOff
  }

  mutating func bad(_ sequence: Int64?, _ message: String) {
    if sequence == nil {
      stray.append(.init(nil, message))
    } else {
      result.findings.append(.init(sequence, message))
    }
  }

  /// What was found outside every event since it was last asked for.
  mutating func takeStray() -> [Verification.Finding] {
    defer { stray = [] }
    return stray
  }

  // MARK: The database as a file

  private mutating func checkFiles() -> HeadFile.Contents? {
    for message in directory.kindProblems { bad(nil, message) }
    guard let kept = HeadFile.read(directory.head) else {
      bad(
        nil,
        "`head` is missing or damaged, so nothing says how far the journal was acknowledged."
      )
      return nil
    }
    for message in directory.sealProblems(kept) { bad(nil, message) }
    return kept
  }

  // MARK: The chain

  private mutating func checkChain() {
    var head: ChainHead?
    var entries: [JournalEntry] = []
    var problem: Verification.Finding?
    do throws(JournalError) {
      try JournalReader(directory).forEachRow(after: .min) { row in
        do throws(Flaw) {
          let entry = try Self.entry(of: row, after: head)
          head = ChainHead(sequence: entry.sequence, hash: entry.hash)
          entries.append(entry)
          return true
        } catch {
          problem = .init((head?.sequence ?? 0) + 1, error.message)
          return false
        }
      }
    } catch {
      let sequence = (head?.sequence ?? 0) + 1
      problem = .init(sequence, "It cannot be read: \(error)")
    }
    self.entries = entries
    result.head = head
    if let problem { result.findings.append(problem) }
    if problem == nil, entries.isEmpty { bad(1, "The journal holds no events.") }
    do throws(JournalError) {
      for message in try JournalDatabase.integrityProblems(directory.journal) {
        bad(nil, "journal.sqlite: \(message)")
      }
    } catch {
      bad(nil, "journal.sqlite: \(error)")
    }
  }

  /// What is wrong with a row, a sentence.
  private struct Flaw: Error {
    let message: String
    init(_ message: String) { self.message = message }
  }

  /// The entry a row stands for, once everything about it holds after that head.
  private static func entry(
    of row: JournalReader.RawRow,
    after head: ChainHead?
  ) throws(Flaw) -> JournalEntry {
    let expected = (head?.sequence ?? 0) + 1
    guard row.sequence == expected else {
      throw Flaw("It is missing; the next one is event \(row.sequence).")
    }
    guard let payload = row.payload, let wall = row.wall, let hash = row.hash,
      let previous = row.previous.flatMap(Digest.init(hex:))
    else { throw Flaw("A column is of the wrong kind.") }
    if let head, previous != head.hash {
      throw Flaw("It does not follow the event before it.")
    }
    guard JournalDatabase.Row.hash(previous: previous, payload).hex == hash else {
      throw Flaw("Its hash does not cover its bytes: they were changed after they were recorded.")
    }
    let entry: JournalEntry
    let content: JournalPayload
    do throws(JournalError) {
      content = try RecordCoding.payload(payload, sequence: expected)
      entry = try row.entry(content)
    } catch {
      throw Flaw(error.description)
    }
    guard content.seq == expected else { throw Flaw("Its payload is of event \(content.seq).") }
    guard content.at.milliseconds == wall else {
      throw Flaw("Its time differs from its payload's.")
    }
    guard head != nil || previous == ChainHead.genesis(of: content.run).hash else {
      throw Flaw("The chain does not begin with the name of the run.")
    }
    return entry
  }

  // MARK: What the events say

  private mutating func checkReplay(_ load: (RunbookSource) throws -> Runbook) {
    guard case .runCreated(let created)? = entries.first?.event else {
      if !entries.isEmpty { bad(1, "The first event does not create the run.") }
      return
    }
    for entry in entries where entry.run != created.run {
      return bad(entry.sequence, "It is of the run \(entry.run).")
    }
    if let message = directory.nameProblem(created) { bad(1, message) }
    for message in directory.pinProblems(created) { bad(1, message) }
    guard directory.runbookProblem(created) == nil, directory.checkProblems(created).isEmpty else {
      return
    }
    // Where it is not the one that is pinned, that is a finding already.
    let site = try? directory.pinnedSite()
    do {
      var state = RunState(
        of: try load(try directory.pinnedSource()),
        site: site ?? .record([:])
      )
      for entry in entries {
        if let sign = state.signedSignOff(in: entry.event) {
          signed.append(SignatureCheck(entry: entry, signOff: sign))
          result.signatures[entry.sequence] = sign
          checkSeen(sign.document, at: entry)
        }
        checkGate(entry, state)
        do throws(RunStateError) {
          try state.apply(entry.event)
        } catch {
          return bad(entry.sequence, "\(error).")
        }
      }
      result.history = RunHistory(entries: entries, state: state, signOffs: result.signatures)
    } catch {
      result.notRuledOut.append(
        "Whether the events could have happened in this order: the pinned runbook cannot be "
          + "loaded (\(error))."
      )
    }
  }

  /// A gate that passed had its evidence, and fresh, at that moment of the run's clock.
  private mutating func checkGate(_ entry: JournalEntry, _ before: RunState) {
    guard case .stepEnded(let event) = entry.event, [.passed, .warned].contains(event.outcome),
      let index = before.graph.index[event.step],
      case .gate(let gate) = before.runbook.steps[index].body
    else { return }
    if let failure = before.verdict(on: gate, now: event.at) {
      bad(entry.sequence, "The gate \(event.step) passed, and \(failure.message).")
    }
    for required in gate.requires where before[required]?.result.map({ $0.at > event.at }) == true {
      result.notRuledOut.append(
        "Whether the evidence of \(required) was fresh at the gate \(event.step): the clock was "
          + "set back between them."
      )
    }
  }

  /// What a person signs names a head of this chain, and none from before they were asked.
  private mutating func checkSeen(_ document: SignOffDocument, at entry: JournalEntry) {
    let request = entries.prefix(Int(entry.sequence) - 1).last {
      switch $0.event {
      case .approvalRequested(let event): event.step == document.step
      case .settlementProposed(let event), .compensation(.proposed(let event)):
        event.step == document.step
      default: false
      }
    }
    let since = entries[Int((request?.sequence ?? 1) - 1)..<Int(entry.sequence - 1)]
    if !since.contains(where: { $0.hash == document.seen }) {
      bad(entry.sequence, "What was seen is not in the chain since the request.")
    }
  }

  // MARK: Kept files

  private mutating func checkBlobs() {
    var checked: [Digest: Int?] = [:]
    for entry in entries {
      for blob in entry.event.blobs {
        let length: Int?
        if let known = checked[blob.digest] {
          length = known
        } else {
          let found = try? SystemFiles.digest(of: directory.blobs.path(of: blob.digest))
          length = found?.digest == blob.digest ? found?.length : nil
          checked[blob.digest] = .some(length)
        }
        if length != blob.length {
          bad(
            entry.sequence,
            "The file outputs/\(blob.digest.short)… that it names "
              + (directory.blobs.kindProblem(of: blob.digest) ?? "is missing or was changed.")
          )
        }
      }
    }
    // Approvals name files by digest alone.
    for entry in entries {
      guard case .approvalGiven(let event) = entry.event else { continue }
      for digest in event.evidence where checked[digest] == nil {
        bad(entry.sequence, "It signs a file that no event names.")
      }
    }
    guard let names = try? SystemFiles.names(in: directory.outputs) else {
      return bad(nil, "The directory outputs cannot be read.")
    }
    for name in names {
      if let digest = Digest(hex: name) {
        if checked[digest] == nil { result.remarks.append("No event names outputs/\(name).") }
      } else {
        result.remarks.append("outputs/\(name) is left over from an attempt without an end.")
      }
    }
  }
}
