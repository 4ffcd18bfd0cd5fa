internal import Glibc

/// What the process finds when it begins: descriptors, signals and limits (setrlimit(2)).
enum Surroundings {
  /// Files that a run, its record and its commands have open at the same time, with room.
  static let leastOpenFiles: rlim_t = 64
  /// Address space that the program, its threads and SQLite reserve; most of it is never touched.
  static let leastAddressSpace: rlim_t = 1 << 30

  /// Gives descriptors 0 to 2 to something, so that no file of the record is ever opened as one.
  ///
  /// What is missing is opened the wrong way round: reading or writing it fails, as it should.
  static func openStandardStreams() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free descriptor is the one that is missing.
      _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// Turns what would end the process into errors of the calls that meet it.
  ///
  /// - Returns: what there is too little of, in words; nil: nothing.
  static func prepare() -> String? {
    // A reader that goes away ends the output, and a file that is too large fails its write.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    return raiseOpenFiles() ?? checkAddressSpace()
  }

  private static func raiseOpenFiles() -> String? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    if limit.rlim_cur < leastOpenFiles, limit.rlim_max > limit.rlim_cur {
      limit.rlim_cur = min(limit.rlim_max, 1_024)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    guard limit.rlim_cur < leastOpenFiles else { return nil }
    return "This process may open \(limit.rlim_cur) files, and needs \(leastOpenFiles). "
      + "Raise the limit: ulimit -n."
  }

  private static func checkAddressSpace() -> String? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur < leastAddressSpace
    else { return nil }
    return "This process may use \(limit.rlim_cur >> 20) MiB of address space, and needs "
      + "\(leastAddressSpace >> 20). Raise the limit: ulimit -v."
  }
}
