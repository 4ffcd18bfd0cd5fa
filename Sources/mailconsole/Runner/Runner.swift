internal import Foundation
internal import Glibc
internal import Runbooks

/// Performs one run apart from any terminal, and lets consoles watch and decide.
///
/// An actor because consoles come and go while the run goes on. It ends when the run has ended, or
/// when only people can go on and none is attached.
actor Runner {
  /// How long it waits for its first console.
  private static let patience = Duration.seconds(10)
  /// How long a console may take to say hello.
  private static let helloPatience = Duration.seconds(5)
  /// How many consoles there are at most, those that have not said hello included.
  static let mostConsoles = 64

  private let session: RunSession
  /// Leads the run where it is an exercise's.
  private let conductor: AttendedConductor?
  private var consoles: [Int: ConsoleConnection] = [:]
  private var lastNumber = 0
  private var connections = 0
  /// Where a key is asked to sign now, by the number of the console.
  private var signing: [Int: SigningNotice] = [:]
  private var isClosing = false
  /// Whether its first console may still come.
  private var isAwaited = true
  private let rule: PeerRule
  /// The account of the console that drives: a name alone is claimed.
  private var driving: uid_t

  init(_ session: RunSession, conductor: AttendedConductor? = nil) {
    self.session = session
    self.conductor = conductor
    rule = PeerRule(for: session.record.directory)
    // Whoever starts a runner is of its account, and drives.
    driving = geteuid()
  }

  /// Takes the run, tells `ready`, and performs it to where nobody is needed any more.
  func run(listening descriptor: Int32, ready: @Sendable () -> Void) async throws {
    let engine = session.engine
    let updates = engine.updates(buffering: 100_000)
    try await engine.attach()
    let telling = Task { for await update in updates { self.tell(update) } }
    let isListening = Threads.start {
      RunnerSocket.acceptAll(descriptor) { channel in Task { await self.serve(channel) } }
    }
    guard isListening else {
      throw CommandFailure(.io, "The machine has no room for one more thread; nobody could attach.")
    }
    await engine.stay(true)
    ready()
    // Whoever started it may have died meanwhile.
    Task {
      await Timetable.shared.sleep(for: Self.patience)
      isAwaited = false
      await stayAsNeeded()
    }
    await conductor?.begin { await self.lookAgain() }
    let decider = conductor.map { $0 as any Decider } ?? NoDecider()
    do throws(RunEngineError) {
      repeat {
        _ = try await engine.drive(decider: decider)
      } while await isNeeded(engine)
      await conductor?.end()
      isClosing = true
      try await engine.letGo(reason: "nobody is attached")
    } catch {
      // Why nothing more is done reaches the consoles before the connection ends.
      isClosing = true
      await conductor?.end()
      if case .record = error { await telling.value }
      throw error
    }
    await telling.value
    try session.record.close()
    for console in consoles.values { console.hangUp() }
  }

  /// Whether someone came after the engine had found that nobody is there.
  private func isNeeded(_ engine: RunEngine) async -> Bool {
    let state = await engine.state
    guard state.ended == nil, !isClosing else { return false }
    let goesOn = await conductor?.goesOn(state) ?? false
    return goesOn || !consoles.isEmpty
  }

  /// Stays while somebody is there, and while an exercise goes on.
  private func stayAsNeeded() async {
    guard consoles.isEmpty, !isAwaited else { return }
    let goesOn = await conductor?.goesOn(session.engine.state) ?? false
    if consoles.isEmpty, !goesOn { await session.engine.stay(false) }
  }

  /// Has the engine look again, because the time has come or players have done something.
  private func lookAgain() async {
    await session.engine.wake()
    await stayAsNeeded()
  }

  /// Starts nothing further and ends once what runs has ended; for SIGTERM.
  func terminate() async {
    isClosing = true
    try? await session.engine.letGo(reason: "the runner was told to end")
  }

  // MARK: Consoles

  private func serve(_ channel: FrameChannel) async {
    guard rule.admits(channel), !isClosing else { return channel.hangUp() }
    guard connections < Self.mostConsoles else {
      ConsoleConnection(channel, person: "").send(
        .refusal("The runner of \(session.run) has \(connections) consoles already; leave one.")
      )
      return channel.hangUp()
    }
    connections += 1
    defer { connections -= 1 }
    var packets = channel.packets(firstWithin: Self.helloPatience).makeAsyncIterator()
    guard let first = await packets.next(),
      case .hello(let version, let person, let drives, let until)? =
        FrameCoding.decode(ConsoleFrame.self, first)
    else { return channel.hangUp() }
    // Who said hello and left, while nobody listened, has taken nothing.
    guard channel.isOpen else { return channel.hangUp() }
    let console = ConsoleConnection(channel, person: person)
    guard version == FrameCoding.version else {
      console.send(
        .refusal("The runner of \(session.run) is of another version; end it with SIGTERM first.")
      )
      return channel.hangUp()
    }
    guard !isClosing else { return channel.hangUp() }
    lastNumber += 1
    let number = lastNumber
    consoles[number] = console
    isAwaited = false
    if rule.sharing != .owner, let account = console.account {
      // Beside the record, for whoever asks later which account was behind a name.
      Output.error("\(person) came by account \(account)")
    }
    await session.engine.stay(true)
    console.send(.welcome(version: FrameCoding.version))
    if drives, await !session.engine.state.isAttached {
      let isTaken = try? await session.engine.submit(.takeDrive, by: person, until: until)
      if isTaken != nil, let account = console.account { driving = account }
    }
    console.send(await session.engine.snapshot)
    for notice in signing.values { console.send(.signing(notice)) }
    var reason = "the console was lost"
    while let packet = await packets.next() {
      guard let frame = FrameCoding.decode(ConsoleFrame.self, packet) else { break }
      if case .leave(let said) = frame {
        reason = said
        break
      }
      if case .signing(let notice) = frame {
        pass(on: notice, from: number)
        continue
      }
      await obey(frame, from: console)
    }
    await left(number, console, reason)
    channel.hangUp()
  }

  private func obey(_ frame: ConsoleFrame, from console: ConsoleConnection) async {
    guard case .command(let number, let command, let name, let until) = frame else { return }
    do {
      let state = await session.engine.state
      let driver = state.isAttached ? state.driver?.by : nil
      if command.isForDriver, driver != console.person {
        throw CommandFailure(
          .usage,
          driver.map { "\($0) drives and you watch; ask them to offer the drive with o." }
            ?? "Nobody drives; take the drive with t first."
        )
      }
      if command.isForDriver, let account = console.account, account != driving {
        throw CommandFailure(.usage, await claimed(console.person, from: account))
      }
      let by = command == .takeDrive || command == .offerDrive ? console.person : name
      try await session.engine.submit(command, by: by, until: until)
      if command == .takeDrive, let account = console.account { driving = account }
      console.send(.accepted(number))
    } catch {
      console.send(.refused(number, RunSession.failure(error).message))
    }
  }

  /// Why an order of a console is refused that has the driver's name and not their account.
  private func claimed(_ name: String, from account: uid_t) async -> String {
    let driving = driving
    let names = await Threads.run { (AccountNames.account(driving), AccountNames.account(account)) }
    let (theirs, yours) = names ?? ("account \(driving)", "account \(account)")
    return "\(name) drives as \(theirs), and you are \(yours): the name alone gives no orders. "
      + "Leave the console there first, or say who you are with --as."
  }

  private func left(_ number: Int, _ console: ConsoleConnection, _ reason: String) async {
    consoles[number] = nil
    if let notice = signing[number] {
      pass(on: SigningNotice(step: notice.step, by: notice.by, isOver: true), from: number)
    }
    let isLast = consoles.isEmpty
    var others = false
    for other in consoles.values
    where other.person == console.person && other.account == console.account { others = true }
    let state = await session.engine.state
    if !others, state.driver?.by == console.person, console.account == driving {
      try? await session.engine.driverLeft(reason: reason)
    }
    if isLast { await stayAsNeeded() }
    // With nothing under way the runner ends now, and its end is the console's answer.
    if await session.engine.state.isBusy || !consoles.isEmpty {
      console.send(.goodbye)
    }
  }

  /// Tells the other consoles where a key is asked to sign.
  private func pass(on notice: SigningNotice, from number: Int) {
    signing[number] = notice.isOver ? nil : notice
    for (other, console) in consoles where other != number { console.send(.signing(notice)) }
  }

  /// Tells all consoles; each keeps up as it can.
  private func tell(_ update: RunUpdate) {
    // With its end nobody is needed any more.
    if conductor != nil, consoles.isEmpty { Task { await stayAsNeeded() } }
    let frames: [RunnerFrame] =
      switch update {
      case .recorded(let entry): [.recorded(entry)]
      case .output(let piece):
        piece.split(into: FrameCoding.pieceLimit).map {
          .output(step: $0.step, attempt: $0.attempt, offset: $0.offset, bytes: Data($0.bytes))
        }
      case .stopped(let error): [.stopped("\(error)")]
      case .signing(let notice): [.signing(notice)]
      }
    guard !consoles.isEmpty else { return }
    for frame in frames.map(EncodedFrame.init) {
      for console in consoles.values { console.send(frame) }
    }
  }
}
