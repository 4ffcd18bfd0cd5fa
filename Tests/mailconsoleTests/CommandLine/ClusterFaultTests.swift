import Foundation
import TestSupport
import Testing

/// A cluster that is away, hangs, or says hostile things.
@Suite("A cluster that misbehaves")
struct ClusterFaultTests {
  @Test("a cluster that cannot be reached is one clear message, and the record is sound")
  func unreachable() throws {
    var places = try Places()
    try places.writeSite()
    try places.writeRunbook()
    try places.writeKubectl(
      """
      echo 'E1122 memcache.go:265] couldn'"'"'t get current server API group list' >&2
      echo 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?' >&2
      exit 1
      """
    )
    let result = try places.run()
    #expect(result.status == 1)
    #expect(result.output.contains("127.0.0.1:1"))
    #expect(try places.console.run("verify", "--all").status == 0)
    let queue = try places.console.run("queue", "--site", places.site)
    #expect(queue.status == 1)
    #expect(queue.errors.contains("127.0.0.1:1"))
    #expect(queue.errors.split(separator: "\n").count <= 2)
    #expect(!queue.errors.contains("?."))
  }

  @Test("a kubectl that is not installed is said in words, and the record is sound")
  func missingKubectl() throws {
    var places = try Places()
    try places.writeSite()
    try places.writeRunbook()
    try places.folder.write("", to: "empty/file")
    places.variables["PATH"] = places.folder.path + "/empty"
    let result = try places.run()
    #expect(result.status == 1)
    #expect(result.output.contains("kubectl"))
    #expect(try places.console.run("verify", "--all").status == 0)
  }

  @Test(
    "a kubectl that hangs is ended with all it started when its time is up",
    .timeLimit(.minutes(1))
  )
  func hangs() throws {
    var places = try Places()
    try places.writeSite()
    try places.writeRunbook(timeout: "1s")
    try places.writeKubectl(
      """
      trap '' TERM
      sleep 600 &
      echo $$ $! >"\(places.folder.path)/pids"
      wait
      """
    )
    let result = try places.run()
    #expect(result.status == 1)
    let pids = try String(contentsOfFile: places.folder.path + "/pids", encoding: .utf8)
      .split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    #expect(pids.count == 2)
    for pid in pids {
      // A zombie that init has yet to fetch runs no more.
      let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ") Z"
      #expect(stat.contains(") Z"), "process \(pid) is still there: \(stat)")
    }
    #expect(try places.console.run("verify", "--all").status == 0)
  }

  @Test("what a hostile queue holds is shown, never obeyed, and the record is sound")
  func hostile() throws {
    var places = try Places()
    try places.writeSite()
    try places.writeRunbook()
    let sender = String(repeating: "a", count: 10_000) + "@evil.test"
    var bytes = Data()
    for (index, text) in [sender, "\u{1B}]0;owned\u{7}\u{9B}2J\u{202E}x@evil.test", "b@evil.test"]
      .enumerated()
    {
      bytes += Data(
        (#"{"queue_name":"deferred","queue_id":"4BADC0FFE\#(index)","arrival_time":1795300000,"#
          + #""message_size":1200,"sender":"\#(text)","recipients":[{"address":"u@dead.test","#
          + #""delay_reason":"host said: 451 \#(text)"}]}"# + "\n").utf8
      )
    }
    bytes += [0xFF, 0xFE, 0x1B, 0x5B, 0x32, 0x4A, 0x0A]
    try bytes.write(to: URL(fileURLWithPath: places.folder.path + "/queue.json"))
    try places.writeKubectl(
      """
      printf '\\033[2Jon standard error \\377\\n' >&2
      cat "\(places.folder.path)/queue.json"
      """
    )
    var results = [try places.run()]
    results.append(try places.console.run("queue", "--site", places.site))
    results.append(try places.console.run("queue", places.folder.path + "/queue.json"))
    let runs = try places.console.run("runs")
    results.append(runs)
    let name = try #require(
      try FileManager.default.contentsOfDirectory(
        atPath: places.state + "/runs"
      ).first
    )
    results.append(try places.console.run("show", name))
    results.append(try places.console.run("show", name, "--json"))
    results.append(try places.console.run("verify", name))
    for result in results {
      #expect(result.dangerous.isEmpty, "\(result.dangerous) in \(result.output.prefix(300))")
    }
    #expect(results.last?.status == 0)
  }

  @Test(
    "while one process drives a run a second one is turned away with 75",
    .timeLimit(.minutes(1))
  )
  func secondDriver() throws {
    var places = try Places()
    try places.writeSite()
    try places.writeRunbook()
    try places.writeKubectl("touch \"\(places.folder.path)/begun\"; exec sleep 50")
    let driver = try places.console.start(
      ["run", "read-queue", "--runbooks", places.runbooks, "--site", places.site, "--as", "tomas"],
      output: places.folder.path + "/out"
    )
    defer {
      driver.send(SIGKILL)
      driver.wait()
    }
    let deadline = Date(timeIntervalSinceNow: 20)
    while !FileManager.default.fileExists(atPath: places.folder.path + "/begun"), Date() < deadline
    {
      usleep(20_000)
    }
    let name = try #require(
      try FileManager.default.contentsOfDirectory(
        atPath: places.state + "/runs"
      ).first
    )
    let second = try places.console.run(
      "attach",
      name,
      "--site",
      places.site,
      "--as",
      "sofia",
      "--plain",
      "--runbooks",
      places.runbooks
    )
    #expect(second.status == 75)
    #expect(second.errors.contains("tomas"))
    #expect(second.errors.contains("\(driver.pid)"))
  }

  @Test(
    "a full disk is one clear message and 74; the record is sound and goes on once there is room",
    .enabled(if: getuid() == 0, "only root mounts a small disk")
  )
  func fullDisk() throws {
    var places = try Places()
    let disk = places.folder.path + "/state"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let mounted = try Program.run(
      "mount",
      ["-t", "tmpfs", "-o", "size=600k,mode=0700", "none", disk]
    )
    guard mounted.status == 0 else { return }
    defer { _ = try? Program.run("umount", ["-l", disk]) }
    places.variables = [:]
    let answers = places.console.root + "/sites/tabletop/answers/queue-triage.yaml"
    let result = try places.console.run("run", "queue-triage", "--answers", answers)
    #expect(result.status == 74)
    #expect(result.errors.contains("full"))
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: disk + "/runs").first
    )
    let roomy = try Program.run("mount", ["-o", "remount,size=64m", disk])
    try #require(roomy.status == 0)
    let verdict = try places.console.run("verify", name)
    #expect(verdict.status == 0, "\(verdict.output)")
    let resumed = try places.console.run("attach", name, "--answers", answers)
    #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
    #expect(try places.console.run("verify", name).status == 0)
  }
}
