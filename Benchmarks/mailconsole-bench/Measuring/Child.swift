internal import Glibc

/// Runs a program to its end and says what it took.
enum Child {
  struct Ended {
    let wall: Duration
    /// User and system time of the program and of all it waited for.
    let cpu: Duration
    let status: Int32
    /// The most memory seen, in kB; only where it was watched.
    let peak: Int
  }

  /// Runs a program; its output goes nowhere.
  ///
  /// - Parameter watchesMemory: looks at the program's peak every few
  ///   milliseconds, which costs time. The peak that wait4(2) gives would not
  ///   do: it counts what the starting process held before exec.
  static func run(
    _ argv: [String],
    environment: [String: String],
    allowing statuses: Set<Int32> = [0],
    watchesMemory: Bool = false
  ) throws -> Ended {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var pointers = argv.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (pointers + variables).forEach { free($0) } }

    var process: pid_t = 0
    let start = ContinuousClock.now
    let result = posix_spawnp(&process, argv[0], &actions, nil, &pointers, &variables)
    guard result == 0 else {
      throw BenchFailure("\(argv[0]) could not be started: errno \(result)")
    }
    var peak = 0
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, watchesMemory ? WNOHANG : 0, &usage) != process {
      guard watchesMemory || errno == EINTR else {
        throw BenchFailure("\(argv[0]) could not be waited for: errno \(errno)")
      }
      peak = max(peak, ProcessFacts.kilobytes("VmHWM", of: process) ?? 0)
      usleep(2_000)
    }
    let wall = ContinuousClock.now - start
    let exit = status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    guard statuses.contains(exit) else {
      throw BenchFailure("\(argv.joined(separator: " ")) ended with \(exit)")
    }
    return Ended(wall: wall, cpu: usage.cpu, status: exit, peak: peak)
  }
}

extension rusage {
  /// User and system time.
  var cpu: Duration {
    .seconds(ru_utime.tv_sec + ru_stime.tv_sec)
      + .microseconds(Int64(ru_utime.tv_usec) + Int64(ru_stime.tv_usec))
  }

  /// What this process has used so far.
  static var current: rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }
}
