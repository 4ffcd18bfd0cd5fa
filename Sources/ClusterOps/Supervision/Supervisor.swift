internal import CUnix
internal import Glibc
internal import Runbooks

/// The process that stands between a runner and one command of a step.
///
/// It outlives the runner: it goes on keeping the output, ends the command when its time is up,
/// and writes down how it ended, on the disk before it ends itself. It has one thread and wakes up
/// only when there is something to do.
///
/// The program is held before its first instruction until the runner has recorded its process and
/// said so; if the runner dies before that, the program never begins.
public enum Supervisor {
  /// Exit statuses; a runner reads the status file, and of these whether there can be none.
  enum Exit {
    static let done: Int32 = 0
    static let withdrawn: Int32 = 3
    static let usage: Int32 = 64
    static let io: Int32 = 74
  }

  /// Supervises as the words of the command line say; gives the exit status.
  ///
  /// - Parameter willHoldSecrets: called before the first secret is kept in memory.
  public static func run(_ words: [String], willHoldSecrets: @escaping @Sendable () -> Void)
    -> Int32
  {
    guard let order = SupervisorOrder(words) else { return Exit.usage }
    signal(SIGPIPE, SIG_IGN)
    signal(SIGHUP, SIG_IGN)
    signal(SIGINT, SIG_IGN)
    umask(0o077)
    let termination = cunix_termination_descriptor()
    let secrets = SecretVault(willHold: willHoldSecrets)
    guard termination >= 0, takeSecrets(order.secretsLength, into: secrets),
      let input = takeInput(order.inputLength)
    else { return Exit.withdrawn }
    guard
      var watch = SupervisedChild(order, secrets, input: input, termination: termination)
    else { return Exit.io }
    guard announce(watch.pid), isLetGo(within: order.timeout, unless: termination) else {
      watch.withdraw()
      return Exit.withdrawn
    }
    return watch.superviseToTheEnd() ? Exit.done : Exit.io
  }

  /// Reads what must not be kept; false when it did not come whole.
  private static func takeSecrets(_ length: Int, into secrets: SecretVault) -> Bool {
    guard length > 0 else { return true }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < length {
      let count = read(0, &buffer, min(buffer.count, length - bytes.count))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      bytes += buffer[..<count]
    }
    return secrets.take(handedOver: bytes)
  }

  /// The command's input as a file; nil when it did not come whole.
  private static func takeInput(_ length: Int) -> Int32? {
    guard length > 0 else {
      let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
      return descriptor < 0 ? nil : descriptor
    }
    let file = cunix_memory_file("input")
    guard file >= 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var rest = length
    while rest > 0 {
      let count = read(0, &buffer, min(buffer.count, rest))
      if count < 0, errno == EINTR { continue }
      guard count > 0, write(file, buffer, count) == count else { return nil }
      rest -= count
    }
    return lseek(file, 0, SEEK_SET) == 0 ? file : nil
  }

  /// Tells the runner which process stands ready: `PID START` on a line before the output.
  private static func announce(_ pid: pid_t) -> Bool {
    guard let started = ProcessIdentity.start(of: pid) else { return false }
    let line = Array("\(pid) \(started)\n".utf8)
    return write(1, line, line.count) == line.count
  }

  private static func isLetGo(within limit: Duration, unless termination: Int32) -> Bool {
    var waits = [0, termination].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let milliseconds = Int32(clamping: max(limit, .seconds(60)).wholeMilliseconds)
    guard poll(&waits, 2, milliseconds) > 0, waits[1].revents == 0 else { return false }
    var word: UInt8 = 0
    return read(0, &word, 1) == 1 && word == SupervisorOrder.go
  }
}
