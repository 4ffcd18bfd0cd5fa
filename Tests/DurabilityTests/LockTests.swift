import Foundation
import Glibc
import TestSupport
import Testing

/// Locks across runs: real processes on one state directory.
@Suite("Locks across runs", .serialized)
struct LockTests {
  private static let held = "locks: [{name: thing, scope: node}]"
  private static let patient = "locks: [{name: thing, scope: node, wait: 20s}]"
  private static let hasty = "locks: [{name: thing, scope: node, wait: 1s}]"

  @Test("of two starts on one locked target one wins; the other is told who, since when and where")
  func refused() throws {
    let slow = try SlowRun(head: Self.held)
    let first = try slow.run()
    let second = try slow.start("slow", as: "sofia")
    #expect(second.status == 75)
    #expect(second.output.contains("lock.refused"))
    #expect(
      second.errors.contains(
        "The lock thing (node mail-node) is held by tomas in run \(first) since 2"
      )
    )
    try slow.letEnd()
    #expect(slow.process.wait() == 0)
    #expect(try slow.ledger() == ["ran", "late", "next"], "the second run did nothing")
    // It is as good as new once the first has ended.
    let other = try #require(try slow.runs().first { $0 != first })
    let resumed = try slow.console.run(
      "attach",
      other,
      "--plain",
      "--site",
      slow.site,
      "--as",
      "sofia"
    )
    #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
    #expect(try slow.console.run("verify", other).status == 0)
  }

  @Test("a run waits for a lock, and goes on as soon as it is free")
  func waits() throws {
    let slow = try SlowRun(head: Self.patient)
    let output = slow.folder.path + "/waiting.txt"
    let waiting = try slow.console.start(slow.arguments("slow", as: "sofia"), output: output)
    try Waiting.until("the wait") {
      try String(contentsOfFile: output, encoding: .utf8).contains("lock.awaited")
    }
    #expect(try slow.ledger() == ["ran"])
    try slow.letEnd()
    #expect(slow.process.wait() == 0)
    #expect(waiting.wait() == 0)
    let text = try String(contentsOfFile: output, encoding: .utf8)
    #expect(text.contains("locks.taken"))
    #expect(text.contains("held by tomas in run"))
    #expect(try slow.ledger() == ["ran", "late", "next", "ran", "late", "next"])
  }

  @Test("a wait has an end")
  func waitsInVain() throws {
    let slow = try SlowRun(head: Self.hasty)
    let second = try slow.start("slow", as: "sofia")
    #expect(second.status == 75)
    #expect(second.output.contains("lock.awaited"))
    #expect(second.errors.contains("also after 1s"))
    #expect(try slow.ledger() == ["ran"])
  }

  @Test("a killed runner's lock is free, but for the time its command goes on")
  func killed() throws {
    let slow = try SlowRun(head: Self.held)
    let child = try slow.supervisor()
    slow.killRunner()
    let early = try slow.start("slow", as: "sofia")
    #expect(early.status == 75, "\(early.output)")
    #expect(early.errors.contains("held by tomas"))
    try slow.letEnd()
    try Waiting.until("the command's end") { kill(child, 0) != 0 || Self.isZombie(child) }
    #expect(try slow.start("slow", as: "sofia").status == 0)
  }

  @Test("runs that name their locks in opposite order do not wait for each other for ever")
  func order() throws {
    let there = "locks: [{name: a, scope: node, wait: 20s}, {name: b, scope: domain, wait: 20s}]"
    let back = "locks: [{name: b, scope: domain, wait: 20s}, {name: a, scope: node, wait: 20s}]"
    let slow = try SlowRun(head: there)
    try slow.letEnd()
    #expect(slow.process.wait() == 0)
    try slow.add("back", head: back)
    var running: [RunningProgram] = []
    for number in 0..<8 {
      running.append(
        try slow.console.start(
          slow.arguments(number.isMultiple(of: 2) ? "slow" : "back", as: "tomas"),
          output: "\(slow.folder.path)/\(number).txt"
        )
      )
    }
    for (number, process) in running.enumerated() {
      let text = try? String(contentsOfFile: "\(slow.folder.path)/\(number).txt", encoding: .utf8)
      #expect(process.wait() == 0, "\(text ?? "")")
    }
    // One after the other: no step of one run lies between those of another.
    #expect(
      try slow.ledger() == (0..<9).flatMap { _ in ["ran", "late", "next"] }
    )
  }

  @Test("locks of other names, of other sites and of simulated runs are in nobody's way")
  func others() throws {
    let slow = try SlowRun(head: Self.held)
    try slow.add("other", head: "locks: [{name: thing, scope: domain}]")
    try slow.letEnd()
    #expect(try slow.start("other", as: "sofia").status == 0)
    let tabletop = try slow.console.run("run", "queue-triage", "--unattended", "--as", "tomas")
    #expect(!tabletop.output.contains("locks.taken"))
  }

  private static func isZombie(_ pid: Int32) -> Bool {
    (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.contains(") Z ") ?? true
  }
}
