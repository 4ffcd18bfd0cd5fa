import Foundation
import TestSupport
import Testing

/// The memory of the processes around a command that prints without end.
@Suite(.serialized) struct OutputFloodTests {
  /// 1,024 of them: `make torture`.
  private static let megabytes =
    ProcessInfo.processInfo.environment["MAILCONSOLE_FLOOD_MB"].flatMap(Int.init) ?? 160

  @Test(
    "what a command prints passes through runner and supervisor without staying in their memory"
  )
  func memory() throws {
    let folder = try TemporaryFolder()
    let console = ConsoleBinary(state: folder.path + "/state")
    let site = try SmallSite.write(to: folder)
    try folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: flood
      title: A flood
      version: 1.0.0
      owner: E4
      summary: Prints a lot.
      steps:
        - id: flood
          title: The flood
          run: [/bin/sh, -c, "head -c \(Self.megabytes)M /dev/zero; sleep 1"]
          timeout: 20m
          risk: read

      """,
      to: "runbooks/operations/flood.yaml"
    )
    let output = folder.path + "/out.txt"
    let process = try console.start(
      ["run", "flood", "--unattended", "--site", site, "--as", "tomas", "--runbooks"]
        + [folder.path + "/runbooks"],
      output: output
    )
    var peaks: [String: Int] = [:]
    let deadline = Date(timeIntervalSinceNow: 1_200)
    while process.isRunning, Date() < deadline {
      // The peak so far (VmHWM), as the kernel counts it; the last look is in the second of sleep.
      for (role, pid) in [("runner", process.pid), ("supervisor", Self.child(of: process.pid))] {
        if let peak = Self.peak(of: pid) { peaks[role] = max(peaks[role, default: 0], peak) }
      }
      usleep(50_000)
    }
    #expect(process.wait() == 0)
    let shown = try String(contentsOfFile: output, encoding: .utf8)
    #expect(shown.contains("flood: passed"), "\(shown.suffix(500))")
    // Each is itself some tens of megabytes large; the output is at least as large as the bound.
    for role in ["runner", "supervisor"] {
      let peak = try #require(peaks[role], "\(role) was not seen")
      #expect(peak < 150, "\(role): \(peak) MB for \(Self.megabytes) MB of output")
    }
    print("peak resident memory in MB for \(Self.megabytes) MB of output: \(peaks)")
  }

  /// Children belong to the thread that started them.
  private static func child(of pid: pid_t) -> pid_t {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    let children = tasks.compactMap {
      try? String(contentsOfFile: "/proc/\(pid)/task/\($0)/children", encoding: .utf8)
    }
    return children.joined().split(separator: " ").first.flatMap { pid_t($0) } ?? 0
  }

  private static func peak(of pid: pid_t) -> Int? {
    let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 / 1_024 }
  }
}
