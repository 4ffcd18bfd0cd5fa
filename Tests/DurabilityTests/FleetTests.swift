import Foundation
import Glibc
import Runbooks
import TestSupport
import Testing

/// A wave of six tickets and the people who do them, each at a terminal of their own.
@Suite("Six engineers at once", .serialized)
struct FleetTests {
  @Test(
    "an open wave takes note of each run's end as it comes, and its runner does nothing while all wait",
    .timeLimit(.minutes(2))
  )
  func openWave() throws {
    let six = try SixTickets(pause: true)
    try six.answer(isSilent: true)
    let console = six.console()
    #expect(try console.run(["run", "six"] + six.answers).status == 2)
    let wave = try #require(try six.waveRun())
    let tickets = try six.ticketRuns()
    try #require(tickets.count == 6)
    let lead = try ConsoleSession(
      columns: 110,
      state: six.state,
      ["attach", wave, "--as", "tomas"] + six.options
    )
    try lead.tmux.wait("the wave") { $0[0].contains("tomas drives") }
    let runner = try holder(of: wave, console)

    // One of the tickets has a living runner, so that its journal is open.
    let open = try console.start(
      ["runner", tickets[0], "--driver", "marek"] + six.options,
      output: six.folder.path + "/open.txt"
    )
    try Waiting.until("its runner") {
      guard try journal(tickets[0], console).last()?.event.isAttachment == true else {
        return false
      }
      return RunLock.isHeld(RunDirectory(path: "\(console.runs)/\(tickets[0])"))
    }
    // What its coming set off is over after a while.
    try Waiting.pass(microseconds: 1_000_000)
    let before = try wakeUps(of: runner)
    try Waiting.pass(microseconds: 2_000_000)
    let woken = try wakeUps(of: runner) - before
    print("wake-ups of the runner of a wave in 2 s: \(woken)")
    // Who polled or told itself would have hundreds.
    #expect(woken < 40)
    open.send(SIGTERM)
    open.wait()

    try six.answer()
    let drivers = try tickets.map { run in
      try console.start(
        ["attach", run] + six.ticketAnswers,
        output: "\(six.folder.path)/\(run).txt"
      )
    }
    for (driver, run) in zip(drivers, tickets) {
      let said = try? String(contentsOfFile: "\(six.folder.path)/\(run).txt", encoding: .utf8)
      #expect(driver.wait() == 0, "\(said ?? "")")
    }
    try lead.tmux.wait(for: "The run is over: completed")
    try checkOrder(wave, tickets, console)
    try lead.verify()
    #expect(try lead.leave() == 0)
  }

  /// The end of a run comes before its note in the wave; how long before is printed.
  private func checkOrder(_ wave: String, _ tickets: [String], _ console: ConsoleBinary) throws {
    var noted: [String: Moment] = [:]
    for entry in try journal(wave, console).entries() {
      if case .nested(.ended(let event)) = entry.event { noted[event.run.name] = entry.wall }
    }
    for run in tickets {
      let end = try #require(
        try journal(run, console).entries().last {
          if case .runEnded = $0.event { true } else { false }
        }
      )
      let note = try #require(noted[run])
      print("\(run): noted \(note.since(end.wall)) after its end")
      #expect(note >= end.wall)
    }
  }

  @Test(
    "six people take a ticket each, do it by keys and go up; one loses the terminal in between; the wave completes",
    .timeLimit(.minutes(4))
  )
  func sixPeople() throws {
    let six = try SixTickets()
    let lead = 3
    func open(_ person: Int, _ arguments: [String]) throws -> ConsoleSession {
      try ConsoleSession(
        columns: 110,
        rows: 30,
        state: six.state,
        patience: 40,
        arguments + ["--as", SixTickets.people[person]] + six.options
      )
    }
    var consoles: [Int: ConsoleSession] = [lead: try open(lead, ["run", "six"])]
    try consoles[lead]?.tmux.wait("the wave") { $0[0].contains("tomas drives") }
    let wave = try #require(try six.waveRun())
    let others = SixTickets.people.indices.filter { $0 != lead }
    for person in others {
      consoles[person] = try open(person, ["attach", wave])
      try consoles[person]?.tmux.wait("the wave") { $0[0].contains("tomas drives") }
    }
    func at(_ person: Int) throws -> ConsoleSession { try #require(consoles[person]) }
    let (watcher, late, down) = (others[0], others[4], others[1...3])
    for person in others.dropLast() { try startTicket(person, at(person)) }
    for person in down { try enter(person, at(person)) }
    try startTicket(lead, at(lead))
    try enter(lead, at(lead))
    // Nobody drives the wave now, and the last one takes a ticket all the same.
    try startTicket(late, at(late))
    try enter(late, at(late))
    for person in down + [lead, late] { try at(person).go("hold") }

    // One of them loses the terminal, and comes back to the run itself.
    let lost = others[1]
    let run = try #require(try six.ticketRuns().first { try driver(of: $0, six) == lost })
    kill(try at(lost).tmux.pid(), SIGKILL)
    _ = try at(lost).tmux.waitForExit()
    consoles[lost] = try open(lost, ["attach", run])
    for person in down + [lead, late] {
      try finish(at(person))
      try at(person).tmux.press("u")
      try at(person).tmux.wait("the wave again") { Self.isWave($0) }
    }
    try at(lead).tmux.wait("the drive again") { $0[0].contains("drives") }
    try enter(watcher, at(watcher))
    try at(watcher).go("hold")
    try finish(at(watcher))
    try at(watcher).tmux.press("u")
    for console in consoles.values { try console.tmux.wait(for: "The run is over: completed") }
    #expect(try six.runs().count == 7)
    try at(lead).verify()
    for console in consoles.values { #expect(try console.leave() == 0) }
  }

  private static func isWave(_ screen: [String]) -> Bool {
    ConsoleSession.crumbs(screen).contains("Tickets side by side")
  }

  /// Puts the pointer on the ticket of a person and begins its run.
  private func startTicket(_ person: Int, _ console: ConsoleSession) throws {
    try console.tmux.press(":")
    try console.tmux.type("\(person + 1)")
    try console.tmux.press("Enter")
    try console.act(on: "t\(person + 1)", "Which run?")
    try console.choose(1)
    try console.tmux.wait(for: "enter opens it")
  }

  private func enter(_ person: Int, _ console: ConsoleSession) throws {
    try console.tmux.press("Enter")
    try console.tmux.wait("the ticket") { screen in
      screen[0].contains("\(SixTickets.people[person]) drives")
        && ConsoleSession.crumbs(screen).contains("Hold the mail of a sender")
    }
  }

  private func finish(_ console: ConsoleSession) throws {
    try console.act(on: "call", "Is it done?")
    try console.fill("called")
    try console.choose(1)
    try console.tmux.wait(for: "The run is over: completed")
  }

  /// Who drives a run, by the place among the people; nil: nobody.
  private func driver(of run: String, _ six: SixTickets) throws -> Int? {
    for entry in try journal(run, six.console()).entries().reversed() {
      if case .driverAttached(let event) = entry.event {
        return SixTickets.people.firstIndex(of: event.by)
      }
    }
    return nil
  }

  private func journal(_ run: String, _ console: ConsoleBinary) -> JournalReader {
    JournalReader(RunDirectory(path: "\(console.runs)/\(run)"))
  }

  private func holder(of run: String, _ console: ConsoleBinary) throws -> Int32 {
    try #require(RunLock.holder(of: RunDirectory(path: "\(console.runs)/\(run)"))).pid
  }

  /// Voluntary context switches of all threads so far (proc(5)), as `make bench` counts them.
  private func wakeUps(of pid: Int32) throws -> Int {
    let tasks = "/proc/\(pid)/task"
    return try FileManager.default.contentsOfDirectory(atPath: tasks).reduce(0) { sum, task in
      // A thread may have ended meanwhile.
      let status = (try? String(contentsOfFile: "\(tasks)/\(task)/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
      return sum + (line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
    }
  }
}

extension RunEvent {
  fileprivate var isAttachment: Bool {
    if case .driverAttached = self { true } else { false }
  }
}
