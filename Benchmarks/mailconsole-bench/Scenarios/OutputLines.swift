internal import Foundation

extension Scenario {
  /// A step whose output comes from a named pipe, line by line and then as a flood.
  static let outputLines = Scenario("output-lines") { bench in
    let pipe = bench.workspace.path + "/lines"
    guard mkfifo(pipe, 0o600) == 0 else { throw BenchFailure("no named pipe: errno \(errno)") }
    let site = try liveSite(bench)
    try bench.workspace.write(streaming(pipe), to: "runbooks/operations/stream.yaml")
    let console = try ObservedConsole(
      bench,
      [
        "run", "stream", "--world", "live", "--site", site, "--runbooks",
        bench.workspace.path + "/runbooks",
      ],
      state: try bench.workspace.folder("output-lines")
    )
    try console.waitForFrame(["LIVE", "all keys", "running"])
    console.press("\r")
    let writer = try PipeWriter(pipe)

    // The log scrolls only once its window is full.
    for number in 0..<12 {
      writer.write([line(number)])
      try console.waitForFrame([tag(number)])
    }
    var bytes: [Double] = []
    for number in 12..<(bench.isQuick ? 24 : 52) {
      console.settle()
      let before = console.bytes
      writer.write([line(number)])
      try console.waitForFrame([tag(number)])
      bytes.append(Double(console.bytes - before))
    }
    let size = try Samples(bytes)

    let total = 100_000
    let started = ContinuousClock.now
    writer.write((1_000..<total).map(line))
    try console.waitForFrame([tag(total - 1)], within: .seconds(60))
    let flood = ContinuousClock.now - started
    let memory = console.memory
    writer.close()
    try console.waitForFrame(["done"])
    try console.leave()
    return [
      Row(
        "bytes an appended line of \(line(0).utf8.count) columns",
        size.text("B", digits: 0),
        budget: "<= 150 B",
        holds: size.maximum <= 150
      ),
      Row(
        "resident with \(Text.count(total)) output lines",
        "\(Text.number(memory)) MB, shown after \(Text.number(flood.milliseconds, digits: 0)) ms",
        budget: "<= 64 MB",
        holds: memory <= 64
      ),
    ]
  }

  /// The tabletop site with the name of a cluster, so that commands are really run.
  private static func liveSite(_ bench: Bench) throws -> String {
    for name in ["site.yaml", "operators.yaml", "world.yaml"] {
      var text = try String(
        contentsOfFile: bench.share + "/sites/tabletop/" + name,
        encoding: .utf8
      )
      if name == "site.yaml" {
        text = text.split(separator: "\n", omittingEmptySubsequences: false)
          .filter { !$0.hasPrefix("scenario:") && !$0.hasPrefix("manifests:") }
          .joined(separator: "\n")
          .replacingOccurrences(of: "kubernetes:\n", with: "kubernetes:\n  context: none\n")
      }
      try bench.workspace.write(text, to: "sites/live/" + name)
    }
    return bench.workspace.path + "/sites/live"
  }

  private static func streaming(_ pipe: String) -> String {
    """
    apiVersion: mailconsole/v1
    kind: Runbook
    id: stream
    title: Lines of a pipe
    version: 1.0.0
    owner: E4
    summary: One step that prints what is written into a pipe.
    steps:
      - id: lines
        title: Print the lines
        run: [cat, \(pipe)]
        risk: read
        timeout: 10m

    """
  }

  /// A line as a mail log has them, with a number to wait for.
  private static func line(_ number: Int) -> String {
    let queueID = String(0xA0_0000_0000 + number * 7_919, radix: 16, uppercase: true)
    return "postfix/smtp[2112]: \(queueID): to=<user@dead.test>, delay=\(tag(number)), deferred"
  }

  private static func tag(_ number: Int) -> String { "<\(1_000_000 + number)>" }
}

/// The writing end of a named pipe, filled from a thread of its own.
///
/// A class because it owns a descriptor. The thread keeps a full pipe from
/// stopping whoever must read the terminal meanwhile.
private final class PipeWriter: Sendable {
  private let descriptor: Int32
  private let queue = DispatchQueue(label: "pipe")

  /// Opens the pipe once somebody reads from it.
  init(_ path: String) throws {
    let deadline = ContinuousClock.now + .seconds(10)
    var opened = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    while opened < 0, ContinuousClock.now < deadline {
      usleep(5_000)
      opened = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    }
    guard opened >= 0 else { throw BenchFailure("nobody read the pipe: errno \(errno)") }
    _ = fcntl(opened, F_SETFL, 0)
    descriptor = opened
  }

  func write(_ lines: [String]) {
    let descriptor = descriptor
    queue.async {
      let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
      var written = 0
      while written < bytes.count {
        let count = bytes.withUnsafeBytes {
          Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
        }
        guard count > 0 else { return }
        written += count
      }
    }
  }

  func close() {
    let descriptor = descriptor
    queue.sync { _ = Glibc.close(descriptor) }
  }
}
