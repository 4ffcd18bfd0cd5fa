internal import CUnix
internal import Glibc
internal import Runbooks

/// A command as its supervisor has it: the process, its streams, its time and what is kept.
struct SupervisedChild {
  let pid: pid_t
  private let order: SupervisorOrder
  private let termination: Int32
  private var feed: SecretFeed
  private let ended: Int32
  private let gate: Int32
  private let failure: Int32
  private var stdout: SupervisedStream
  private var stderr: SupervisedStream
  private var kept: KeptOutput
  private var cause = ChildStatus.Cause.itself
  private var ending: (ChildStatus.Ending, number: Int)?
  /// What is done to the process group next, and when; nil: nothing more can be done.
  private var next: (act: Act, at: ContinuousClock.Instant)?

  private enum Act {
    case terminate, kill, abandonReader
  }

  /// Starts the program, held; nil when it cannot be started.
  ///
  /// - Parameter secrets: what is kept of its output shows none of them.
  init?(_ order: SupervisorOrder, _ secrets: SecretVault, input: Int32, termination: Int32) {
    var outputs: [Int32] = [0, 0]
    var errors: [Int32] = [0, 0]
    guard cunix_pipe(&outputs) == 0, cunix_pipe(&errors) == 0 else { return nil }
    var argv: [UnsafeMutablePointer<CChar>?] = order.argv.map { strdup($0) }
    argv.append(nil)
    defer { for word in argv { free(word) } }
    var gate: Int32 = -1
    var failure: Int32 = -1
    let pid = cunix_spawn_held(argv, [input, outputs[1], errors[1]], &gate, &failure)
    close(input)
    close(outputs[1])
    close(errors[1])
    guard pid > 0, let kept = KeptOutput(order, secrets) else { return nil }
    let ended = cunix_pidfd(pid)
    guard ended >= 0 else { return nil }
    self.pid = pid
    self.order = order
    self.termination = termination
    feed = SecretFeed(into: secrets, from: 0)
    self.ended = ended
    self.gate = gate
    self.failure = failure
    self.kept = kept
    stdout = SupervisedStream(.output, source: outputs[0], reader: 1)
    stderr = SupervisedStream(.errors, source: errors[0], reader: 2)
  }

  /// Ends a program that was never let go, and writes down that it never began.
  mutating func withdraw() {
    close(gate)
    var status: Int32 = 0
    var number: Int32 = 0
    _ = cunix_reap(pid, &status, &number)
    unlink(order.files.output)
    _ = kept.write((.withdrawn, 0), .stopped)
  }

  /// Lets the program begin and follows it to its end.
  ///
  /// - Returns: whether the end is written down.
  mutating func superviseToTheEnd() -> Bool {
    next = (.terminate, .now + order.timeout)
    var word = SupervisorOrder.go
    _ = write(gate, &word, 1)
    close(gate)
    while ending == nil || !stdout.isDone || !stderr.isDone {
      wait()
      // Before the streams: what a secret is sent for may print it at once.
      feed.read()
      stdout.move(into: &kept, isLast: ending != nil)
      stderr.move(into: &kept, isLast: ending != nil)
    }
    guard let ending else { return false }
    return kept.write(ending, cause)
  }

  private mutating func wait() {
    var waits: [pollfd] = []
    if ending == nil { waits.append(pollfd(fd: ended, events: Int16(POLLIN), revents: 0)) }
    if cause == .itself, ending == nil {
      waits.append(pollfd(fd: termination, events: Int16(POLLIN), revents: 0))
    }
    let own = waits.count
    if let interest = feed.interest { waits.append(interest) }
    if let interest = stdout.interest { waits.append(interest) }
    if let interest = stderr.interest { waits.append(interest) }
    var limit: Int32 = -1
    if let next {
      // Rounded up: a wait that ends too early would turn in a circle for a millisecond.
      let left = max(.zero, next.at - .now)
      limit = Int32(clamping: left.wholeMilliseconds + 1)
    }
    guard poll(&waits, nfds_t(waits.count), limit) > 0 else { return actInTime() }
    for wait in waits[..<own] where wait.revents != 0 {
      if wait.fd == ended { reap() } else { stop(.stopped) }
    }
    actInTime()
  }

  private mutating func actInTime() {
    guard let next, next.at <= .now else { return }
    switch next.act {
    case .terminate: stop(.late)
    case .kill:
      kill(-pid, SIGKILL)
      self.next = (.abandonReader, .now + order.grace)
    case .abandonReader:
      stdout.dropReader()
      stderr.dropReader()
      // Who left the group may hold the other ends for ever; the command itself is over.
      if ending != nil {
        stdout.closeSource()
        stderr.closeSource()
      }
      self.next = (.abandonReader, .now + max(order.grace, .seconds(1)))
    }
  }

  private mutating func stop(_ cause: ChildStatus.Cause) {
    guard ending == nil else {
      // It has ended; only a runner that takes nothing is left to wait for.
      next = (.abandonReader, .now)
      return
    }
    self.cause = cause
    kill(-pid, SIGTERM)
    next = (.kill, .now + order.grace)
  }

  /// Ends what the program left in its group, while its number is still its own, and takes its end.
  private mutating func reap() {
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    var number: Int32 = 0
    guard cunix_reap(pid, &status, &number) == 0 else {
      ending = (.signalled, Int(SIGKILL))
      return
    }
    var errnoOfExec: UInt8 = 0
    if read(failure, &errnoOfExec, 1) == 1 {
      ending = (.refused, Int(errnoOfExec))
    } else if number != 0 {
      ending = (.signalled, Int(number))
    } else {
      ending = (.exited, Int(status))
    }
  }
}
