import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// A directory of its own that is removed with its owner.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    path = FileManager.default.temporaryDirectory.path + "/clusterops-" + UUID().uuidString
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String, executable: Bool = false) {
    let file = path + "/" + name
    _ = FileManager.default.createFile(
      atPath: file,
      contents: Data(text.utf8),
      attributes: [.posixPermissions: executable ? 0o755 : 0o644]
    )
  }

  func write(_ name: String, _ bytes: [UInt8]) {
    _ = FileManager.default.createFile(atPath: path + "/" + name, contents: Data(bytes))
  }

  func read(_ name: String) -> String {
    String(
      decoding: FileManager.default.contents(atPath: path + "/" + name) ?? Data(),
      as: UTF8.self
    )
  }
}

extension Site {
  /// The site of the tests; its names are those a simulated world has by default.
  static let test = Site.test()

  /// The same with vantages and addresses of its own.
  static func test(
    vantages: [SiteVantage] = [],
    addresses: [String] = [],
    values: [String: String] = [:]
  ) -> Site {
    Site(
      name: "test",
      domain: "gaudy.test",
      mailHost: "mail.gaudy.test",
      addresses: addresses,
      node: "mail-node",
      stage: "lab",
      kubernetes: Kubernetes(
        kubeconfig: "/etc/mailconsole/kubeconfig",
        context: "test",
        namespace: "mail",
        workload: "daemonset/mail",
        selector: "app.kubernetes.io/name=mail",
        container: "postfix"
      ),
      vantages: vantages,
      manifests: "/srv/manifests",
      directory: "/srv",
      operators: [],
      scenario: nil,
      record: .record([
        "domain": .string("gaudy.test"), "mail_host": .string("mail.gaudy.test"),
        "node": .string("mail-node"), "addresses": .list(addresses.map(Value.string)),
        "values": .record(values.mapValues(Value.string)),
      ])
    )
  }
}

extension OperationCatalogue {
  /// An operation that must be there.
  func operation(_ name: String) throws -> any Runbooks.Operation {
    try #require(self[OperationName(name)])
  }
}

extension Runbooks.Operation {
  func perform(
    _ values: [String: Value],
    output: Collector = Collector()
  ) async throws(OperationFailure) -> OperationResult {
    try await perform(
      Arguments(values),
      in: OperationContext(site: .test, timeout: .seconds(120)) { output.take($0) }
    )
  }
}

extension Runbooks.Operation {
  /// Performs it in a simulated world, which is left as it came to be.
  func simulate(
    _ arguments: Arguments,
    in world: inout SimulatedWorld,
    output: Collector = Collector()
  ) async throws(OperationFailure) -> OperationResult {
    let simulation = Simulation(world)
    defer { world = simulation.world }
    let context = OperationContext(
      site: .test,
      timeout: .seconds(120),
      simulation: simulation
    ) { output.take($0) }
    return try await perform(arguments, in: context)
  }
}

/// Collects bytes from any task.
final class Collector: @unchecked Sendable {
  private let lock = NSLock()
  private var collected: [UInt8] = []

  func take(_ bytes: [UInt8]) { lock.withLock { collected += bytes } }

  var bytes: [UInt8] { lock.withLock { collected } }
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Three causes at once, as in the lab.
enum TriageWorld {
  static func make(now: Int = 1_700_000_000) -> SimulatedWorld {
    func generator(_ cause: String, _ count: Int) -> Value {
      .record(["cause": .string(cause), "count": .integer(count)])
    }
    return SimulatedWorld(
      state: [
        "site": .record(["domain": .string("gaudy.test")]),
        "postfix": .record([
          "generators": .list([
            generator("dead", 1200), generator("storm", 800), generator("compromised", 3000),
          ]),
          "logins": .list([
            .record([
              "user": .string("alice"), "client": .string("192.0.2.66"), "count": .integer(3000),
            ]), .record(["user": .string("bob"), "count": .integer(12)]),
          ]),
          "settings": .record([
            "myhostname": .string("mail.gaudy.test"),
            "smtpd_tls_protocols": .string(">=TLSv1.2"),
          ]),
          "services": .list([.string("smtp/inet"), .string("submission/inet")]),
        ]),
        "http": .record([
          "https://gaudy.test/": .record(["body": .string("hello")]),
          "https://mta-sts.gaudy.test/.well-known/mta-sts.txt": .record([
            "body": .string("version: STSv1\nmode: none\nmax_age: 86400\n")
          ]),
        ]),
        "kubernetes": .record([
          "commands": .record(["true": .record(["exit": .integer(0)])]),
          "listeners": .list([
            .string("0.0.0.0:25"), .string("[::]:25"), .string("127.0.0.1:11332"),
            .string("[::1]:6379"), .string("0.0.0.0:9100"),
          ]),
        ]),
      ],
      now: now,
      seed: 7
    )
  }
}

/// One line as `postqueue -j` prints it.
func queueLine(
  _ id: String = "4F2C1A0B",
  queue: String = "deferred",
  sender: String = "a@gaudy.test",
  to recipients: [(String, String?)] = [("b@far.test", nil)],
  arrival: Int = 1_700_000_000,
  size: Int = 1000
) -> String {
  let list = recipients.map { address, reason in
    "{\"address\": \"\(address)\"" + (reason.map { ", \"delay_reason\": \"\($0)\"" } ?? "") + "}"
  }.joined(separator: ", ")
  return "{\"queue_name\": \"\(queue)\", \"queue_id\": \"\(id)\", \"arrival_time\": \(arrival), "
    + "\"message_size\": \(size), \"forced_expire\": false, \"sender\": \"\(sender)\", "
    + "\"recipients\": [\(list)]}\n"
}

/// Reads lines at a fixed time.
func read(
  _ text: String,
  selection: QueueSelection? = nil,
  limits: QueueLimits = .standard,
  now: Int = 1_700_003_600
) -> QueueReport {
  var reader = QueueReader(
    now: now,
    localDomain: "gaudy.test",
    selection: selection,
    limits: limits
  )
  reader.consume(Array(text.utf8))
  return reader.finish()
}
