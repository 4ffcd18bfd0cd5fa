import Foundation
import TestSupport
import Testing

/// Puts the lab into a state, and gives what makes it as it was.
struct LabStage {
  typealias Undo = () throws -> Void

  let lab: Lab
  /// Where files for a state are, see ``LabQuestion/place``.
  private let place = LabQuestion.place
  private static let run = "/run/mailconsole-lab"

  /// Puts the lab, which is up and has its mail pod, into a state.
  func enter(_ state: LabState) throws -> Undo {
    switch state {
    case .healthy, .listed, .publishing:
      try lab.lab("queue", "--clear")
      return {}
    case .queueDeferred:
      try lab.lab("queue", "--clear")
      try lab.lab("queue", "--size", "100")
      return { try lab.lab("queue", "--clear") }
    case .clamdDown: return try withoutSocket("clamd", "/run/mail/clamd.sock")
    case .redisDown: return try withoutSocket("redis", "/run/mail/redis.sock")
    case .resolverDown:
      try signal("STOP", daemon: "resolver")
      return { try signal("CONT", daemon: "resolver") }
    case .reported:
      try lab.lab("report", "northmail.test", "aggregate")
      try lab.lab("report", "northmail.test", "tls")
      return {}
    case .backedUp: return try backedUp()
    case .monitored: return try monitored()
    }
  }

  // MARK: In the pod

  /// As if nobody listened, without the daemon's doing.
  private func withoutSocket(_ container: String, _ socket: String) throws -> Undo {
    try exec(container, "mv", socket, socket + ".aside")
    return {
      // Unless its owner has made a new one.
      let script = #"if [ -S "$0" ]; then rm -f "$0.aside"; else mv "$0.aside" "$0"; fi"#
      try exec(container, "sh", "-c", script, socket)
    }
  }

  private func exec(_ container: String, _ program: String...) throws {
    try lab.kubectl(["exec", "daemonset/mail", "--container", container, "--"] + program)
  }

  // MARK: On its internet

  /// Sends a signal to a daemon of the lab, by the number and the start that the lab has on record.
  private func signal(_ name: String, daemon: String) throws {
    let record = try String(contentsOfFile: "\(Self.run)/pids/\(daemon)", encoding: .utf8)
      .split(whereSeparator: \.isWhitespace).map(String.init)
    let (pid, born) = (try #require(record.first), try #require(record.last))
    // Field 22 of proc(5), counted after the name, which may have blanks.
    let status = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    let fields = status.split(separator: ")").last?.split(separator: " ") ?? []
    try #require(fields.count > 19 && fields[19] == born, "the lab's \(daemon) does not run")
    let result = try Program.run("kill", ["-s", name, pid])
    try #require(result.status == 0, "\(result.errors)")
  }

  /// A repository of its own in the lab's store, made and filled once in the life of a lab.
  private func backedUp() throws -> Undo {
    let given = try String(contentsOfFile: "\(Self.run)/secrets/backup.env", encoding: .utf8)
    let mine =
      "RESTIC_REPOSITORY=s3:https://s3.test/recorded\n"
      + "SSL_CERT_FILE=\(Self.run)/internet/public-authorities.crt\n"
    let undo = try keep(given + mine, as: "backup.env")
    let script = """
      set -a; . "$0"
      restic --no-cache snapshots latest >/dev/null 2>&1 || restic --no-cache init
      restic --no-cache snapshots --json --tag mail | grep -q short_id ||
        echo recorded | restic --no-cache backup --stdin --stdin-filename /data/vmail --host mail --tag mail
      """
    let made = try from("outside", ["sh", "-c", script, place + "/backup.env"])
    try #require(made.status == 0, "\(made.output)\(made.errors)")
    return undo
  }

  private func keep(_ text: String, as name: String) throws -> Undo {
    let file = "\(place)/\(name)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let made = FileManager.default.createFile(
      atPath: file,
      contents: Data(text.utf8),
      attributes: [.posixPermissions: 0o600]
    )
    try #require(made)
    return { try FileManager.default.removeItem(atPath: file) }
  }

  private func from(_ vantage: String, _ program: [String]) throws -> Program.Result {
    try Program.run(LabAnswers.root + "/deploy/lab/from", [vantage] + program)
  }

  // MARK: On the node

  /// Debian's Prometheus with the shipped rules, for as long as the state lasts.
  private func monitored() throws -> Undo {
    let rules = LabAnswers.root + "/deploy/components/monitoring/prometheus/rules/*.yaml"
    let configuration = try lab.write(
      """
      global: {scrape_interval: 1s, evaluation_interval: 1s}
      rule_files: ["\(rules)"]
      scrape_configs:
        - {job_name: postfix, static_configs: [{targets: ["127.0.0.1:9154"]}]}
        - {job_name: prometheus, static_configs: [{targets: ["127.0.0.1:9090"]}]}

      """,
      to: "prometheus.yml"
    )
    let watch = try RunningProgram(
      LabAnswers.root + "/deploy/lab/from",
      [
        "node", "prometheus", "--config.file", configuration,
        "--storage.tsdb.path", lab.place(of: "metrics"), "--web.listen-address", "127.0.0.1:9090",
      ],
      output: lab.place(of: "prometheus.log"),
      errors: lab.place(of: "prometheus.log")
    )
    let undo: Undo = {
      watch.send(SIGTERM)
      watch.wait()
    }
    let deadline = Date(timeIntervalSinceNow: 60)
    let query = ["curl", "-sS", "http://127.0.0.1:9090/api/v1/query?query=sum(up)"]
    while watch.isRunning, Date() < deadline {
      if try from("node", query).output.contains(#""2""#) { return undo }
      usleep(500_000)
    }
    try undo()
    throw LabFault("Prometheus does not see both its targets: \(lab.read("prometheus.log"))")
  }
}
