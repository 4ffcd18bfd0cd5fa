internal import Foundation

extension Scenario {
  /// A queue of a million messages, beside the pipeline an operator would type.
  static let triage = Scenario("triage") { bench in
    let count = bench.isQuick ? 200_000 : 1_000_000
    let file = bench.workspace.path + "/queue.json"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let environment = bench.environment(state: try bench.workspace.folder("triage"))
    let command = [bench.program, "queue", file, "--local-domain", QueueGenerator.localDomain]

    try QueueGenerator.write(count / 10, to: file)
    let small = try Child.run(command, environment: environment, watchesMemory: true).peak
    let bytes = try QueueGenerator.write(count, to: file)
    let large = try Child.run(command, environment: environment, watchesMemory: true).peak
    let twice = try Child.run(
      ["bash", "-c", #"exec "$0" queue - < <(cat "$1" "$1")"#, bench.program, file],
      environment: environment,
      watchesMemory: true
    ).peak

    var ours: [Child.Ended] = []
    var theirs: [Child.Ended] = []
    for _ in 0..<(bench.isQuick ? 1 : 3) {
      ours.append(try Child.run(command, environment: environment))
      theirs.append(try Child.run(["sh", "-c", pipeline, "sh", file], environment: environment))
    }
    let wall = try Samples(ours.map { $0.wall.milliseconds / 1_000 })
    let cpu = try Samples(ours.map { $0.cpu.milliseconds / 1_000 })
    let peerWall = try Samples(theirs.map { $0.wall.milliseconds / 1_000 })
    let peerCPU = try Samples(theirs.map { $0.cpu.milliseconds / 1_000 })
    let ratio = try Samples(zip(ours, theirs).map { $1.wall / $0.wall })
    let what = "triage of \(Text.count(count)) messages"
    return [
      Row(
        "\(what), \(bytes / 1_000_000) MB",
        wall.text("s", digits: 2),
        peer: "jq | awk \(peerWall.text("s"))"
      ),
      Row(
        "\(what), processor time",
        cpu.text("s", digits: 2),
        peer: "jq | awk \(peerCPU.text("s"))"
      ),
      Row(
        "\(what), times faster than jq | awk",
        ratio.text("x"),
        budget: ">= 15 x",
        holds: ratio.median >= 15
      ),
      Row(
        "\(what), peak memory",
        "\(megabytes(large)); the same messages twice \(megabytes(twice))",
        budget: "constant: <= x 1.05",
        holds: Double(twice) <= Double(large) * 1.05,
        peer: "a tenth of them, with fewer groups: \(megabytes(small))"
      ),
    ]
  }

  private static func megabytes(_ kilobytes: Int) -> String {
    "\(Text.number(Double(kilobytes) / 1_024)) MB"
  }

  /// Counts by reason, domain and sender, as one would type it; `$1` is the file.
  private static let pipeline = #"""
    jq -r '[.queue_name, .sender, (.recipients[0].address | split("@")[1]), \#
    (.recipients[0].delay_reason // "")] | @tsv' "$1" |
    awk -F'\t' '{reason[$4]++; domain[$3]++; sender[$2]++}
      END {
        for (key in reason) print reason[key], key
        for (key in domain) print domain[key], key
        for (key in sender) print sender[key], key
      }'
    """#
}
