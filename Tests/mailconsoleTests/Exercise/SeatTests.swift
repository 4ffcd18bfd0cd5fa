import Foundation
import Glibc
import TestSupport
import Testing

@testable import Runbooks
@testable import mailconsole

/// People at the table of an exercise: real runners, and consoles without a screen.
@Suite("Seats at an exercise", .serialized, .timeLimit(.minutes(2))) struct SeatTests {
  /// A state directory on the bundled site, with an exercise that wen has begun to lead.
  private final class Table {
    let folder: TemporaryFolder
    let exercise: Exercise
    let run: RunID
    private(set) var runners: [RunningProgram] = []

    init() throws {
      folder = try TemporaryFolder()
      exercise = try ExerciseLoader.read(text: SampleExercise.text, path: "sample.yaml").get()
      let leader = try Self.workplace(folder, "wen")
      run = try ExerciseTable.make(exercise, seed: nil, at: leader)
    }

    deinit {
      for runner in runners {
        runner.send(SIGKILL)
        runner.wait()
      }
    }

    var console: ConsoleBinary { ConsoleBinary(state: folder.path + "/state") }
    var directory: RunDirectory { RunDirectory(path: "\(console.runs)/\(run)") }
    var world: SharedWorld { SharedWorld(of: directory) }

    private static func workplace(
      _ folder: TemporaryFolder,
      _ name: String
    ) throws -> Workplace {
      Workplace(
        site: try SampleExercise.site(),
        siteDirectory: SampleExercise.siteDirectory,
        world: .tabletop,
        actor: name,
        shelf: try Shelf.load(runbooks: SampleExercise.root + "/runbooks"),
        store: RunStore(state: folder.path + "/state"),
        library: SampleExercise.root + "/runbooks"
      )
    }

    /// Where somebody works, with a seat or without.
    func workplace(_ name: String, _ place: ExerciseSeat.Place?) throws -> Workplace {
      var workplace = try Self.workplace(folder, name)
      workplace.seat = place.map { ExerciseSeat(run: run, place: $0) }
      return workplace
    }

    func desk(_ name: String, _ place: ExerciseSeat.Place) throws -> ExerciseDesk {
      try #require(ExerciseDesk(at: try workplace(name, place)))
    }

    /// Starts the runner of a run, the exercise's unless another is named, and waits for it.
    @discardableResult
    func runner(of other: RunID? = nil, as name: String = "wen") throws -> RunningProgram {
      let run = other ?? self.run
      let directory = RunDirectory(path: "\(console.runs)/\(run)")
      let runner = try console.start(
        ["runner", run.name, "--site", SampleExercise.siteDirectory, "--driver", name],
        output: folder.path + "/runner-\(run).txt"
      )
      runners.append(runner)
      try Waiting.until("the runner of \(run)") {
        if case .connected(let channel) = RunnerSocket.connect(to: directory) {
          channel.hangUp()
          return true
        }
        return false
      }
      return runner
    }

    /// The exercise begins, in the facilitator's console.
    func begin() async throws {
      try Waiting.until("the question whether it begins") {
        let state = try JournalReader(directory).state(of: exercise.runbook)
        return if case .waitingForPerson? = state[ExerciseGraph.begin] { true } else { false }
      }
      try await desk("wen", .facilitator)
        .say(.done(ExerciseGraph.begin, note: "", fields: [:]))
      try Waiting.until("the clock") { world.clock() != nil }
    }

    func result(_ step: String) throws -> StepResult? {
      try JournalReader(directory).state(of: exercise.runbook)[StepID(step)]?.result
    }

    /// Jumps to the first inject and waits for it.
    func alarm() async throws {
      let began = try #require(try result("begin")?.at)
      try await desk("wen", .facilitator)
        .setClock(pace: 1, jumpingTo: began.advanced(by: .seconds(300)))
      try Waiting.until("the alarm") { try result("alarm") != nil }
    }
  }

  @Test("a player's run belongs to the exercise, and begins in its world at its time")
  func playersRun() async throws {
    let table = try Table()
    try table.runner()
    let tomas = try table.workplace("tomas", .player)
    let early = #expect(throws: CommandFailure.self) {
      try RunSession.create(
        try tomas.shelf.runbook("queue-triage"),
        inputs: [:],
        pace: .attended,
        at: tomas
      )
    }
    #expect(early?.message.contains("has not begun") == true)

    try await table.begin()
    try await table.alarm()
    let run = try RunSession.create(
      try tomas.shelf.runbook("queue-triage"),
      inputs: [:],
      pace: .attended,
      at: tomas
    )
    let reader = JournalReader(try #require(tomas.store.directory(of: run)))
    guard case .runCreated(let created)? = try reader.entries(limit: 1).first?.event else {
      Issue.record("it has no beginning")
      return
    }
    #expect(created.root == table.run)
    #expect(created.parent?.step == ExerciseGraph.begin)
    #expect(created.mode == .tabletop)
    let alarm = try #require(try table.result("alarm")?.at)
    #expect(created.at.since(alarm) > .seconds(-2) && created.at.since(alarm) < .seconds(600))

    // Its runner acts on the world of the exercise, and the conductor has seen that it was begun.
    try table.runner(of: run, as: "tomas")
    try Waiting.until("the conductor") { try table.result("triage") != nil }
    #expect(try table.result("triage")?.outputs["verdict"]?.text == "met")
    let news = try table.desk("wen", .facilitator).news()
    #expect(news.players.map(\.run) == [run])
    #expect(news.players.first?.player == "tomas")
    #expect(news.board?.expected[StepID("triage")] != nil)
    #expect(try table.console.run("verify", "--all").status == 0)

    // What was done there is evidence in no live world, whatever its site is called.
    let store = tomas.store
    let runbooks: Set = [RunbookID("queue-triage")]
    let live = try store.planRuns(of: runbooks, site: "tabletop", world: .live) {
      try Workplace.pinned($0)
    }
    let simulated = try store.planRuns(of: runbooks, site: "tabletop", world: .tabletop) {
      try Workplace.pinned($0)
    }
    #expect(live.isEmpty)
    #expect(simulated.count == 1)
  }

  @Test("no list that a player sees has anything of what is to come")
  func secrecy() async throws {
    let table = try Table()
    try table.runner()
    try await table.begin()
    let tomas = try table.workplace("tomas", .player)
    var told: [(String, String)] = []
    for (name, workplace) in [("player", tomas), ("nobody", try table.workplace("tomas", nil))] {
      told.append(("\(name): runs", "\(try workplace.runs())"))
      told.append(("\(name): listings", "\(try workplace.listings())"))
      told.append(("\(name): of it", "\(try workplace.listings(of: table.exercise.id.runbook))"))
      told.append(("\(name): heads", "\(workplace.unreadShelf)"))
      told.append(("\(name): shelf", "\(try workplace.shelfEntries())"))
      told.append(("\(name): read", "\(workplace.unreadShelf)"))
      told.append(("\(name): summary", try Summary.lines(workplace).joined()))
    }
    told.append(("runs", try table.console.run("runs").output))
    told.append(("runs --json", try table.console.run("runs", "--json").output))
    told.append(("plain", try table.console.run("--plain", "--as", "tomas").output))
    told.append(("news", "\(try table.desk("tomas", .player).news())"))
    for (what, text) in told {
      for secret in SampleExercise.secrets {
        #expect(!text.contains(secret), "\(what) tells ‘\(secret)’")
      }
    }
    // The facilitator sees all of it.
    let leader = try table.workplace("wen", .facilitator)
    #expect(try leader.runs().listings.map(\.run) == [table.run])
    #expect(try table.desk("wen", .facilitator).news().exercise?.id == table.exercise.id)
  }

  @Test("a player reads what came to their roles, answers it, and everybody reads the answer")
  func inbox() async throws {
    let table = try Table()
    try table.runner()
    try await table.begin()
    try await table.alarm()
    let tomas = try table.desk("tomas", .player)
    let message = try #require(try tomas.news().inbox.first)
    #expect(message.text == "Queue!")
    #expect(message.channel == .alert)
    #expect(message.to == [Role("E4")])
    #expect(try table.desk("sofia", .player).news().inbox.isEmpty)
    try await tomas.say(.note(message.inject, text: "We look."))
    let answer = try #require(try table.desk("wen", .facilitator).news().inbox.first?.answers.first)
    #expect(answer.by == "tomas")
    #expect(answer.text == "We look.")
    try Waiting.until("the conductor") { try table.result("told") != nil }
    #expect(try table.result("told")?.outputs["verdict"]?.text == "met")

    let refused = await #expect(throws: CommandFailure.self) {
      try await tomas.setClock(pace: 0, jumpingTo: nil)
    }
    #expect(refused?.message.contains("facilitator") == true)
    #expect(table.world.clock()?.pace == 1)
  }

  @Test("whoever waits for news is told of a message, and of a player's run")
  func changes() async throws {
    let table = try Table()
    try table.runner()
    try await table.begin()
    let wen = try table.desk("wen", .facilitator)
    var told = wen.changes().makeAsyncIterator()
    _ = await told.next()
    try await table.desk("tomas", .player).say(.note(nil, text: "Hello"))
    var hasNote = false
    while !hasNote, await told.next() != nil {
      hasNote = try JournalReader(table.directory).entries().contains {
        if case .noteAdded(let note) = $0.event { note.text == "Hello" } else { false }
      }
    }
    #expect(hasNote)
    let tomas = try table.workplace("tomas", .player)
    let run = try RunSession.create(
      try tomas.shelf.runbook("queue-triage"),
      inputs: [:],
      pace: .attended,
      at: tomas
    )
    var players: [RunID] = []
    while players.isEmpty, await told.next() != nil {
      players = try wen.news().players.map(\.run)
    }
    #expect(players == [run])
  }

  @Test("checks and queue of a player are those of the exercise's world, and kept with it")
  func looks() async throws {
    let table = try Table()
    try table.runner()
    try await table.begin()
    let tomas = try table.workplace("tomas", .player)
    let world = try #require(try tomas.scenario())
    #expect(world.now >= table.exercise.scenario.start)
    let services = ConsoleServices(tomas)
    guard case .ended(problem: nil) = await services.look(isAsked: true, { _ in }) else {
      Issue.record("the look was not noted")
      return
    }
    let seen = ExerciseObservation.said(in: try JournalReader(table.directory).entries())
    #expect(seen.contains { $0.who == "tomas" && $0.act == .look(CheckID("queue-size")) })
    #expect(!CheckBoard.store(of: tomas).load().entries.isEmpty)
    let outside = try table.workplace("tomas", nil)
    #expect(CheckBoard.store(of: outside).load().entries.isEmpty)
    // A look whose time has come is nobody's.
    let before = try JournalReader(table.directory).entries().count
    _ = await services.look(isAsked: false) { _ in }
    let notes = try JournalReader(table.directory).entries(after: Int64(before)).filter {
      if case .noteAdded = $0.event { true } else { false }
    }
    #expect(notes.isEmpty)
    #expect(try table.console.run("verify", table.run.name).status == 0)
  }

  @Test("an exercise whose runner is killed goes on with the next one, by the same clock")
  func killed() async throws {
    let table = try Table()
    let first = try table.runner()
    try await table.begin()
    let clock = try #require(table.world.clock())
    first.send(SIGKILL)
    #expect(first.wait() == -SIGKILL)
    let stands = await #expect(throws: CommandFailure.self) {
      try await table.desk("tomas", .player).say(.note(nil, text: "Hello"))
    }
    #expect(stands?.message.contains("stands still") == true)
    #expect(table.world.clock() == clock)

    try table.runner()
    #expect(table.world.clock() == clock)
    try await table.alarm()
    #expect(try table.result("cue-alarm")?.by == "wen")
    #expect(try table.world.look()?.state["inbox"]?.elements?.count == 1)
    #expect(try table.console.run("verify", table.run.name).status == 0)
  }

  @Test("while its clock runs an exercise goes on without a console, else it does not")
  func alone() async throws {
    let table = try Table()
    let runner = try table.runner()
    try await table.begin()
    // The console of the facilitator has left; what is due happens.
    try await table.alarm()
    #expect(runner.isRunning)
    try await table.desk("wen", .facilitator).setClock(pace: 0, jumpingTo: nil)
    #expect(runner.wait() == 0)
    #expect(table.world.clock()?.pace == 0)
    let last = try JournalReader(table.directory).entries().compactMap { entry -> String? in
      if case .noteAdded(let note) = entry.event { note.text } else { nil }
    }.last
    #expect(last?.hasPrefix("the clock stands at ") == true)
  }

  // MARK: - Sitting down

  @Test("without a terminal nobody leads and nobody takes part, and is told what to do")
  func terminal() throws {
    let table = try Table()
    let lead = try table.console.run("exercise", "friday-night", "--as", "wen")
    #expect(lead.status == 64)
    #expect(lead.errors.contains("without a terminal"))
    #expect(lead.errors.contains("--solo"))
    let join = try table.console.run("exercise", "join", "--as", "tomas")
    #expect(join.status == 64)
    #expect(join.errors.contains("without a terminal"))
    #expect(try table.console.run("exercise").output.contains("Under way: \(table.run)"))
  }

  @Test("who does not hold the role neither leads nor takes part, and is told who does")
  func roles() throws {
    let table = try Table()
    let lead = try table.console.run("exercise", "friday-night", "--as", "tomas")
    #expect(lead.status == 64)
    #expect(lead.errors.contains("its facilitator is E5 (wen)"))
    let join = try table.console.run("exercise", "join", "--as", "quinn")
    #expect(join.status == 64)
    #expect(join.errors.contains("quinn plays no part"))
    let leader = try table.console.run("exercise", "join", "--as", "wen")
    #expect(leader.errors.contains("mailconsole attach \(table.run)"))
    let attach = try table.console.run("attach", table.run.name, "--as", "tomas")
    #expect(attach.status == 64)
    #expect(attach.errors.contains("exercise join \(table.run)"))
    for secret in SampleExercise.secrets where secret != "exercise-sample" {
      #expect(!(attach.output + attach.errors).contains(secret))
    }
  }

  @Test("the one exercise under way is joined without its name; of several one is named")
  func several() throws {
    let table = try Table()
    let tomas = try table.workplace("tomas", nil)
    #expect(
      try ExerciseTable.seat(at: nil, tomas) == ExerciseSeat(run: table.run, place: .player)
    )
    let second = try ExerciseTable.make(
      table.exercise,
      seed: 7,
      at: try table.workplace("wen", nil)
    )
    let join = try table.console.run("exercise", "join", "--as", "tomas")
    #expect(join.status == 64)
    #expect(join.errors.contains(table.run.name) && join.errors.contains(second.name))
    #expect(
      try ExerciseTable.seat(at: second, tomas) == ExerciseSeat(run: second, place: .player)
    )
    let unknown = try table.console.run("exercise", "join", "exercise-sample-9", "--as", "tomas")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("no exercise under way"))
  }

  @Test("an exercise is refused where there is no simulated world")
  func live() throws {
    let places = try Places()
    try places.writeSite()
    for words in [["exercise", "friday-night"], ["exercise", "join"]] {
      let result = try places.console.run(words + ["--site", places.site, "--as", "tomas"])
      #expect(result.status == 64)
      #expect(result.errors.contains("no scenario"))
    }
  }

  @Test("a console without the facilitator's seat opens no exercise under way")
  func opening() async throws {
    let table = try Table()
    for place in [ExerciseSeat.Place.player, nil] {
      let workplace = try table.workplace("tomas", place)
      let refused = await #expect(throws: CommandFailure.self) {
        _ = try await OpenedRun.look(table.run, at: workplace)
      }
      #expect(refused?.status == .usage)
      #expect(throws: CommandFailure.self) { try OpenedRun.read(table.run, at: workplace) }
    }
    #expect(
      try OpenedRun.read(table.run, at: try table.workplace("wen", .facilitator)).run == table.run
    )
  }
}
