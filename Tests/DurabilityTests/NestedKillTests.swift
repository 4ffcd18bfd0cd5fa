import Foundation
import Glibc
import Runbooks
import TestSupport
import Testing

/// A wave of six tickets, each a run of its own, whose runners are killed again and again.
@Suite(.serialized) struct NestedKillTests {
  /// 200 of them each: `make torture`.
  private static let rounds =
    (ProcessInfo.processInfo.environment["MAILCONSOLE_KILL_ROUNDS"].flatMap(Int.init) ?? 30) / 5

  @Test(
    "however often the one runner of a wave and its tickets is killed, each ticket is done by one run, once"
  )
  func alone() throws {
    var generator = SeededGenerator(seed: 6)
    var kills = 0
    while kills < Self.rounds {
      let six = try SixTickets()
      let console = six.console()
      var isOver = false
      // Bounded: a runner that is never killed any more comes to the end.
      for round in 1...60 where !isOver {
        let output = "\(six.folder.path)/\(round).txt"
        let begin = try six.waveRun().map { ["attach", $0] } ?? ["run", "six"]
        let runner = try console.start(begin + six.answers, output: output)
        if round < 60, kills < Self.rounds {
          let moment = UInt32.random(in: 0..<1_200_000, using: &generator)
          try Waiting.pass(microseconds: moment)
          if runner.isRunning { kills += 1 }
          runner.send(SIGKILL)
        }
        let status = runner.wait()
        isOver = status == 0
        let said = try String(contentsOfFile: output, encoding: .utf8)
        #expect([0, -9].contains(status), "round \(round): \(said)")
        if let wave = try six.waveRun(), !isOver {
          let verdict = try console.run("verify", wave)
          #expect(verdict.status == 0, "round \(round): \(verdict.output)")
        }
      }
      try check(six)
    }
  }

  @Test(
    "of the seven runners of a wave and its tickets any may be killed at any moment, and each comes to its end"
  )
  func seven() throws {
    var generator = SeededGenerator(seed: 7)
    var kills = 0
    while kills < Self.rounds {
      let six = try Begun()
      var left = Set(six.tickets + [six.wave])
      var runners: [String: RunningProgram] = [:]
      var killed = 0
      defer {
        for runner in runners.values {
          runner.send(SIGKILL)
          runner.wait()
        }
      }
      try Waiting.until("the ends of all seven", within: 90) {
        for run in left.sorted() where runners[run] == nil { runners[run] = try six.start(run) }
        try Waiting.pass(microseconds: UInt32.random(in: 0..<150_000, using: &generator))
        for (run, runner) in runners where !runner.isRunning {
          runners[run] = nil
          if try six.hasEnded(run) { left.remove(run) }
        }
        if killed < 20, kills < Self.rounds,
          let victim = left.sorted().randomElement(using: &generator),
          let runner = runners.removeValue(forKey: victim)
        {
          if runner.isRunning {
            kills += 1
            killed += 1
          }
          runner.send(SIGKILL)
          runner.wait()
        }
        return left.isEmpty
      }
      try check(six.six)
    }
  }

  @Test(
    "ended while a run within is made, or while the world of all is replaced, one is made and it acts once"
  )
  func making() throws {
    let dry = try SixTickets(1)
    let calls = try play(dry, nil).calls().filter { $0.hasPrefix("runner.") }
    let making = calls.filter { $0.contains("/runs/.ticket-") }
    let world = calls.filter { $0.contains("/world.json") }
    try #require(making.count > 8 && world.count > 2, "\(making.count), \(world.count)")
    let chosen =
      SystemCallCrashTests.takesAll
      ? making + world
      : [making[making.count / 2], making[making.count - 1], world[0], world[world.count - 1]]
    var missed = 0
    for call in chosen {
      let words = call.split(separator: " ")
      let point = FaultPoint(String(words[0]), try #require(Int(words[1])), "kill-after")
      let six = try SixTickets(1)
      let layer = try play(six, point)
      guard try layer.hit() != nil else {
        missed += 1
        continue
      }
      let wave = try #require(try six.waveRun(), "\(call)")
      let resumed = try six.console().run(["attach", wave] + six.answers)
      #expect(resumed.status == 0, "\(call): \(resumed.output)\(resumed.errors)")
      try check(six)
    }
    #expect(missed * 4 <= chosen.count, "\(missed) never came to their call")
  }

  /// Plays the whole wave in a process that the layer ends.
  private func play(_ six: SixTickets, _ point: FaultPoint?) throws -> FaultLayer {
    let layer = try FaultLayer(in: six.folder.path + "/layer", at: point)
    let witness = try six.folder.write("", to: "witness")
    let console = six.console(layer.variables(disk: six.state.path, witness: witness))
    let played = try console.run(["run", "six"] + six.answers)
    #expect([0, -9].contains(played.status), "\(played.output)\(played.errors)")
    return layer
  }

  @Test(
    "a disk too full for one more run fails the step with the reason, and it is tried again with room",
    .enabled(if: SmallDisk.isPossible)
  )
  func fullDisk() throws {
    let six = try SixTickets(1)
    let disk = try SmallDisk(at: six.state.path, size: "4m")
    try six.answer(isSilent: true)
    let console = six.console()
    #expect(try console.run(["run", "six", "--plain", "--as", "tomas"] + six.options).status == 2)
    let wave = try #require(try six.waveRun())
    // What an open run sets aside, and a little more.
    disk.fill(leaving: 300 << 10)
    let refused = try console.run(["attach", wave] + six.answers)
    #expect(refused.status == 2, "\(refused.output)\(refused.errors)")
    #expect(refused.output.contains("full"), "\(refused.output)")
    #expect(try six.ticketRuns() == [])
    disk.clear()
    try six.answer(wave: "steps:\n  t1: {on_failure: retry, reason: room was made}\n")
    let resumed = try console.run(["attach", wave, "--continue"] + six.answers)
    #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
    #expect(try six.runs().count == 2)
    #expect(try console.run("verify", "--all").status == 0)
  }

  /// Every ticket was begun, made and ended once, and the world is the sum of what they did.
  private func check(_ six: SixTickets) throws {
    let console = six.console()
    let wave = try #require(try six.waveRun())
    let tickets = try six.ticketRuns()
    #expect(try six.runs() == ([wave] + tickets).sorted(), "something else is left")
    #expect(tickets.count == six.tickets.count)
    let lines = try timeline(wave, console)
    for ticket in six.tickets {
      let nested = lines.types(of: ticket).filter { $0.hasPrefix("nested.") }
      #expect(nested == ["nested.bound", "nested.made", "nested.ended"], "\(ticket)")
    }
    var bound: Set<String> = []
    for case .nested(.bound(let event)) in try JournalReader(
      RunDirectory(path: "\(console.runs)/\(wave)")
    ).entries().map(\.event) {
      bound.insert(event.run.name)
    }
    #expect(bound == Set(tickets))
    // The last step counts what is on hold: three of each ticket, no more and no less.
    #expect(lines.lines.last?.type == "run.ended")
    let total = six.tickets.count + 1
    #expect(lines.lines.last?.text.contains("\(total) of \(total) steps done") == true)
    for run in tickets {
      let lines = try timeline(run, console)
      #expect(lines.lines.last?.type == "run.ended", "\(run)")
      #expect(lines.unsaidRepetitions == [], "\(run)")
      #expect(lines.types(of: "hold").last == "step.ended", "\(run)")
    }
    let verdict = try console.run("verify", "--all")
    #expect(verdict.status == 0, "\(verdict.output)")
  }

  private func timeline(_ run: String, _ console: ConsoleBinary) throws -> RecordedTimeline {
    try RecordedTimeline(json: try console.run("show", run, "--json").output)
  }

  /// A wave whose six runs are there and wait, each for a process of its own.
  private struct Begun {
    let six: SixTickets
    let wave: String
    let tickets: [String]

    init() throws {
      six = try SixTickets(pause: true)
      try six.answer(isSilent: true)
      let begun = try six.console().run(["run", "six"] + six.answers)
      try #require(begun.status == 2, "\(begun.output)\(begun.errors)")
      wave = try #require(try six.waveRun())
      tickets = try six.ticketRuns()
      try #require(tickets.count == 6)
      try six.answer()
    }

    /// The runner of the wave, which waits for the ends of the others, or the driver of a ticket.
    func start(_ run: String) throws -> RunningProgram {
      let arguments =
        run == wave
        ? ["runner", run, "--driver", "tomas"] + six.options : ["attach", run] + six.ticketAnswers
      return try six.console().start(arguments, output: "\(six.folder.path)/\(run).txt")
    }

    func hasEnded(_ run: String) throws -> Bool {
      let reader = JournalReader(RunDirectory(path: "\(six.console().runs)/\(run)"))
      if case .runEnded? = try reader.last()?.event { return true }
      return false
    }
  }
}
