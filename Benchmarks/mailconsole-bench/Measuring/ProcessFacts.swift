internal import Foundation

/// What proc(5) says of processes and of the machine.
enum ProcessFacts {
  /// A size in `/proc/PID/status`, e.g. `VmRSS`.
  static func kilobytes(_ name: String, of process: pid_t) -> Int? {
    for line in contents(of: "/proc/\(process)/status").split(separator: "\n")
    where line.hasPrefix(name + ":") {
      return Int(line.filter(\.isNumber))
    }
    return nil
  }

  /// Processor time of all threads of a process so far (proc_pid_stat(5), fields 14 and 15).
  static func processorTime(of process: pid_t) -> Duration? {
    let fields = contents(of: "/proc/\(process)/stat").split(separator: ")").last?
      .split(separator: " ")
    // The first field after the name is the third.
    guard let fields, fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12])
    else { return nil }
    return .milliseconds((user + system) * 1_000 / sysconf(Int32(_SC_CLK_TCK)))
  }

  /// How often each thread of a process gave up the processor to wait, so far.
  static func waits(of process: pid_t) -> [String: Int] {
    let folder = "/proc/\(process)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.reduce(into: [:]) { waits, thread in
      let status = contents(of: "\(folder)/\(thread)/status")
      let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt") }
      waits[thread] = line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
  }

  /// Processor, count, kernel, disk and load, in a line.
  static func machine(storing path: String) -> String {
    let model =
      contents(of: "/proc/cpuinfo").split(separator: "\n")
      .first { $0.hasPrefix("model name") }?
      .split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown processor"
    let kernel = contents(of: "/proc/sys/kernel/osrelease").trimmingCharacters(
      in: .whitespacesAndNewlines
    )
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return "\(cores) x \(model), Linux \(kernel), records on \(fileSystem(of: path))"
  }

  /// The load averages over 1, 5 and 15 minutes.
  static var load: String {
    contents(of: "/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
  }

  /// The type of the file system a path lies on.
  private static func fileSystem(of path: String) -> String {
    let mounts = contents(of: "/proc/mounts").split(separator: "\n")
      .map { $0.split(separator: " ") }
      .filter { fields in
        guard fields.count > 2 else { return false }
        return fields[1] == "/" || path == fields[1] || path.hasPrefix(fields[1] + "/")
      }
    return mounts.max { $0[1].count < $1[1].count }.map { String($0[2]) } ?? "unknown"
  }

  private static func contents(of path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
