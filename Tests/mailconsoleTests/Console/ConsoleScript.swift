import Runbooks
import TUI

@testable import mailconsole

/// A console without a terminal: keys go in, the model and what it asks for come out.
///
/// What the engine would record is told with ``record(_:by:)``; the clock moves
/// one second an event, so that every picture is the same in every run.
struct ConsoleScript {
  var model: ConsoleModel
  /// Everything the update function asked for, in order.
  var effects: [ConsoleEffect] = []
  private var now = Drill.start
  private var sequence: Int64 = 0
  private var head = Digest(of: "drill-1")

  /// - Parameter home: the first screen; most tests begin on the runbooks.
  init(
    columns: Int = 80,
    rows: Int = 24,
    as operatorName: String = "tomas",
    world: World = .tabletop,
    shelf: [ShelfEntry]? = nil,
    status: StatusBoard = StatusBoard(),
    home: any ConsoleScreen = RunbooksScreen()
  ) {
    guard let keys = try? ConsoleKeys.table() else {
      preconditionFailure("the shipped table is tested on its own")
    }
    model = ConsoleModel(
      context: ConsoleContext(
        site: Drill.site,
        world: world,
        operatorName: operatorName,
        preview: StepPreview(catalogue: Drill.catalogue, site: Drill.site)
      ),
      size: Size(columns: columns, rows: rows),
      keys: keys,
      shelf: shelf ?? [ShelfEntry(runbook: Drill.wave), ShelfEntry(runbook: Drill.runbook())],
      status: status,
      now: Drill.start,
      home: home
    )
  }

  // MARK: Hands

  mutating func press(_ keys: Key...) {
    for key in keys {
      let asked = model.update(.input(.key(key)))
      // Where a runbook is wanted, the runs are read first; they are as they were.
      let id = model.wanted?.runbook
      let wanted = model.shelf.first { $0.head.id == id }
      effects += wanted.map { model.update(.runbook($0.head.id, .success($0))) } ?? asked
    }
  }

  mutating func type(_ text: String) {
    for character in text {
      effects += model.update(.input(.key(character == " " ? .space : .character(character))))
    }
  }

  mutating func paste(_ text: String) { effects += model.update(.input(.paste(text))) }

  mutating func resize(columns: Int, rows: Int) {
    effects += model.update(.input(.resize(Size(columns: columns, rows: rows))))
  }

  /// Types a `:` command.
  mutating func command(_ text: String) {
    press(":")
    type(text)
    press(.enter)
  }

  /// What a go for a step binds.
  func commands(of id: StepID) -> Digest? {
    guard let run = model.run, let step = run.runbook.steps.first(where: { $0.id == id }) else {
      return nil
    }
    return try? model.context.preview.commands(of: step, in: run.state).get().digest
  }

  // MARK: The engine

  /// Opens an attended run of the drill, with its first two events.
  mutating func openRun(
    _ runbook: Runbook = Drill.runbook(),
    name: String = "drill-1",
    pace: Pace = .attended,
    duties: Duties? = nil,
    signOffs: SignaturePolicy? = nil,
    parent: RunParent? = nil
  ) {
    let created = RunEvent.runCreated(
      .init(
        run: RunID(name),
        runbook: runbook.id,
        title: runbook.title,
        version: runbook.version,
        text: runbook.source.digest,
        mode: model.context.world,
        site: Drill.site.name,
        siteRecord: Digest(of: "site"),
        inputs: [:],
        console: "test",
        operators: Drill.site.operators.map { RunOperator(name: $0.name, roles: $0.roles) },
        allowedSigners: signOffs.map { _ in Digest(of: "allowed_signers") },
        signOffs: signOffs,
        duties: duties,
        parent: parent,
        checks: runbook.source.checks.isEmpty ? nil : runbook.source.digests,
        world: nil,
        pace: pace,
        by: model.context.operatorName,
        at: now
      )
    )
    do {
      let first = entry(created, by: model.context.operatorName)
      let state = try RunState(of: runbook, replaying: [created])
      effects += model.update(.opened(RunModel(state: state, entries: [first])))
    } catch {
      preconditionFailure("\(error)")
    }
    let me = model.context.operatorName
    record(.driverAttached(.init(by: me, pid: 4242, boot: "boot", at: now)), by: me)
    effects = []
  }

  /// Tells the console of an event that was committed.
  mutating func record(_ event: RunEvent, by actor: String = "mailconsole") {
    effects += model.update(
      .run(model.run?.id ?? RunID("drill-1"), .recorded(entry(event, by: actor)))
    )
  }

  /// Begins a step and leaves it running.
  mutating func begin(_ step: StepID, risk: Risk = .read, attempt: Int = 1) {
    record(
      .stepStarted(
        .init(
          step: step,
          attempt: attempt,
          actions: [PlannedAction(argv: ["postqueue", "-j"])],
          risk: risk,
          isRepeatable: risk == .read,
          by: model.context.operatorName,
          at: now
        )
      )
    )
  }

  /// Ends a step that runs.
  mutating func end(
    _ step: StepID,
    _ summary: String,
    outcome: StepOutcome = .passed,
    attempt: Int = 1,
    failure: OperationFailure? = nil,
    outputs: [String: Value] = [:],
    evidence: [EvidenceReference] = []
  ) {
    record(
      .stepEnded(
        .init(
          step: step,
          attempt: attempt,
          outcome: outcome,
          summary: summary,
          failure: failure,
          outputs: outputs,
          evidence: evidence,
          durationMilliseconds: 1_250,
          at: now
        )
      )
    )
  }

  /// Begins and ends a step.
  mutating func pass(_ step: StepID, _ summary: String = "done", risk: Risk = .read) {
    begin(step, risk: risk)
    end(step, summary)
  }

  /// Puts a task before a person, as the engine does.
  mutating func ask(_ step: StepID, _ task: PersonTask, _ text: String) {
    record(.personAsked(.init(step: step, task: task, text: text, at: now)))
  }

  /// Asks for a sign-off.
  mutating func requestApproval(
    _ step: StepID,
    of roles: [String],
    statement: String,
    excluded: [String] = [],
    confirmation: String? = nil
  ) {
    record(
      .approvalRequested(
        .init(
          step: step,
          statement: statement,
          roles: roles.map { Role($0) },
          count: 1,
          evidence: [
            EvidenceReference(
              name: "queue.json",
              mediaType: "application/json",
              blob: BlobReference(digest: Digest(of: "queue"), length: 1204)
            )
          ],
          excluded: excluded,
          confirmation: confirmation,
          at: now
        )
      )
    )
  }

  /// Obeys what the console asked of the run last, as the engine would.
  ///
  /// - Returns: Why not; nil when it was obeyed.
  @discardableResult
  mutating func obey() -> String? {
    guard case .send(let command, let name)? = effects.last, let state = model.run?.state else {
      return "the console sent no command"
    }
    do throws(CommandRefusal) {
      for event in try state.events(for: command, by: name, at: now) { record(event, by: name) }
      return nil
    } catch {
      effects += model.update(.refused("\(error)"))
      return "\(error)"
    }
  }

  private mutating func entry(_ event: RunEvent, by actor: String) -> JournalEntry {
    sequence += 1
    now = now.advanced(by: .seconds(1))
    let previous = head
    head = Digest(of: "\(previous) \(sequence)")
    return JournalEntry(
      sequence: sequence,
      run: RunID("drill-1"),
      actor: actor,
      wall: now,
      monotonicNanoseconds: sequence,
      boot: "boot",
      event: event,
      previous: previous,
      hash: head
    )
  }

  // MARK: What is to be seen

  /// The picture.
  func frame(_ glyphs: GlyphSet = .unicode) -> Frame {
    var frame = Frame(size: model.size, glyphs: glyphs)
    model.draw(on: &frame)
    return frame
  }

  /// The commands sent to the run, with who speaks.
  var sent: [(command: RunCommand, by: String)] {
    effects.compactMap {
      if case .send(let command, let name) = $0 { (command, name) } else { nil }
    }
  }

  var isAsking: Bool { model.overlay != nil }

  /// The picture has this text in some row.
  func shows(_ text: String) -> Bool { frame().lines.contains { $0.contains(text) } }
}
