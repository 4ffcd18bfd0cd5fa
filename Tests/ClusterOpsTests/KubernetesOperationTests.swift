import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// Recorded answers of a real node, and the simulated cluster's life.
@Suite struct KubernetesOperationTests {
  private let fake = FakeKubectl()

  @Test("recorded pods")
  func pods() async throws {
    fake.answer("get", Recorded.pods)
    let result = try await fake.catalogue.operation("k8s.pods").perform([:])
    #expect(result.values["total"] == .integer(1))
    #expect(result.values["ready"] == .integer(1))
    #expect(result.values["containers_ready"] == .integer(2))
    #expect(result.values["restarts"] == .integer(0))
    #expect(result.values["phases"] == .list([.string("Running")]))
    #expect(result.values["problems"] == .list([]))
    #expect((result.values["youngest_seconds"]?.int ?? -1) >= 0)
  }

  @Test("a recorded node")
  func node() async throws {
    fake.answer("get", Recorded.node)
    let result = try await fake.catalogue.operation("k8s.node").perform(
      ["label": .string("mailconsole/mail=true"), "taint": .string("mail")])
    #expect(result.values["ready"] == .boolean(true))
    #expect(result.values["labelled"] == .boolean(true))
    #expect(result.values["tainted"] == .boolean(false))
    #expect(result.values["version"] == .string("v1.20.2"))
  }

  @Test("a recorded DaemonSet; a rollout that takes too long is an answer")
  func rollout() async throws {
    fake.answer("get", Recorded.daemonSet)
    fake.answer("rollout", stderr: "error: timed out waiting for the condition\n", exit: 1)
    let result = try await fake.catalogue.operation("k8s.rollout").perform([:])
    #expect(result.values["complete"] == .boolean(true))
    #expect(result.values["desired"] == .integer(1))
    fake.answer(
      "rollout",
      stderr: "Error from server (NotFound): daemonsets.apps \"mail\" not found\n",
      exit: 1
    )
    await #expect(throws: OperationFailure.self) {
      _ = try await fake.catalogue.operation("k8s.rollout").perform([:])
    }
  }

  @Test("apply tells created, changed and unchanged objects apart by their versions")
  func apply() async throws {
    fake.answer("get.1", "Namespace mail 7\nConfigMap mail/a 8\n")
    fake.answer("get.2", "Namespace mail 7\nConfigMap mail/a 9\nDaemonSet mail/mail 10\n")
    fake.answer(
      "apply",
      "namespace/mail serverside-applied\nconfigmap/a serverside-applied\n"
        + "daemonset.apps/mail serverside-applied\n"
    )
    let result = try await fake.catalogue.operation("k8s.apply").perform([:])
    #expect(result.values["created"] == .integer(1))
    #expect(result.values["configured"] == .integer(1))
    #expect(result.values["unchanged"] == .integer(1))
  }

  @Test("a difference is exit status 1; so is a failure")
  func diff() async throws {
    fake.answer(
      "diff",
      "diff -u -N /tmp/LIVE-1/v1.ConfigMap.mail.a /tmp/MERGED-2/v1.ConfigMap.mail.a\n+x\n",
      exit: 1
    )
    let result = try await fake.catalogue.operation("k8s.diff").perform([:])
    #expect(result.values["changed"] == .boolean(true))
    #expect(result.values["objects"] == .list([.string("v1.ConfigMap.mail.a")]))
    fake.answer("diff", stderr: "Error from server (Forbidden): x is forbidden: y\n", exit: 1)
    await #expect(throws: OperationFailure.self) {
      _ = try await fake.catalogue.operation("k8s.diff").perform([:])
    }
  }

  @Test("a program's exit status is a result; a program that is not there is a failure")
  func exec() async throws {
    let argv: [String: Value] = ["argv": .list([.string("false")])]
    fake.answer("false", "out", stderr: "err\n", exit: 3)
    let result = try await fake.catalogue.operation("k8s.exec").perform(argv)
    #expect(result.values["exit"] == .integer(3))
    #expect(result.values["stdout"] == .string("out"))
    fake.answer(
      "exec",
      stderr: "OCI runtime exec failed: exec failed: unable to start container process: exec: "
        + "\"false\": executable file not found in $PATH: unknown\n",
      exit: 1
    )
    await #expect(throws: OperationFailure.self) {
      _ = try await fake.catalogue.operation("k8s.exec").perform(argv)
    }
  }

  @Test("what kubectl prints and cannot be read is malformed, not a crash")
  func garbage() async throws {
    fake.answer("get", "{\"items\": [{}]}")
    await #expect {
      _ = try await fake.catalogue.operation("k8s.pods").perform([:])
    } throws: { ($0 as? OperationFailure)?.reason == .malformed }
  }

  @Test("the simulated platform is applied, breaks, is deleted and drained")
  func life() async throws {
    let catalogue = OperationCatalogue.standard()
    var world = SimulatedWorld(
      state: [
        "kubernetes": .record([
          "applied": .boolean(false),
          "workload": .record(["label": .string("mail=true")]),
          "nodes": .list([.record(["name": .string("mail-node")])]),
        ])
      ],
      now: 1_700_000_000,
      seed: 1
    )
    func act(_ name: String, _ values: [String: Value] = [:]) async throws -> [String: Value] {
      try await catalogue.operation(name).simulate(Arguments(values), in: &world).values
    }
    await #expect(throws: OperationFailure.self) { try await act("k8s.rollout") }
    #expect(try await act("k8s.diff")["changed"] == .boolean(true))
    #expect(try await act("k8s.apply")["created"] == .integer(4))
    #expect(try await act("k8s.apply")["unchanged"] == .integer(4))
    #expect(try await act("k8s.diff")["changed"] == .boolean(false))
    #expect(try await act("k8s.rollout")["desired"] == .integer(0))
    await #expect(throws: OperationFailure.self) { try await act("postfix.queue") }
    #expect(
      try await act("k8s.label_node", ["label": .string("mail=true")])["changed"] == .boolean(true)
    )
    #expect(
      try await act("k8s.label_node", ["label": .string("mail=true")])["changed"] == .boolean(false)
    )
    #expect(try await act("k8s.rollout")["complete"] == .boolean(true))
    let before = try await act("k8s.pods")["names"]
    #expect(try await act("k8s.delete_pod")["deleted"] == .integer(1))
    let after = try await act("k8s.pods")["names"]
    #expect(before != after)
    #expect(try await act("k8s.pods")["ready"] == .integer(1))
    #expect(try await act("postfix.queue")["total"] == .integer(0))
    #expect(
      try await act("k8s.label_node", ["label": .string("mail-")])["changed"] == .boolean(true)
    )
    #expect(try await act("k8s.pods")["total"] == .integer(0))
  }

  @Test("the same seed and the same operations give the same world")
  func deterministic() async throws {
    func end() async throws -> SimulatedWorld {
      var world = TriageWorld.make()
      let catalogue = OperationCatalogue.standard()
      for (name, values) in [
        ("postfix.queue", [:]), ("postfix.hold", ["sender": .string("alice@gaudy.test")]),
        ("k8s.delete_pod", [:]), ("postfix.flush", [:]),
      ] as [(String, [String: Value])] {
        _ = try await catalogue.operation(name).simulate(Arguments(values), in: &world)
      }
      return world
    }
    let (first, second) = (try await end(), try await end())
    #expect(first == second)
  }
}

@Suite struct CatalogueTests {
  private let fake = FakeKubectl()

  /// Arguments that every operation accepts; the id is that of a simulated queue's first message.
  static let arguments: [String: [String: Value]] = [
    "k8s.exec": ["argv": .list([.string("true")])],
    "k8s.label_node": ["label": .string("mail=true")],
    "http.get": ["url": .string("https://gaudy.test/")],
    "imap.probe": ["port": .integer(25)],
    "imap.login": ["port": .integer(25), "login_file": .string("/etc/mailconsole/login")],
    "firewall.limits": ["from": .string("here")],
    "tls.certificate": ["port": .integer(25)],
    "listeners.check": ["addresses": .list([.string("203.0.113.10")])],
    "postfix.intake": ["accept": .boolean(true)],
    // A port that listens in the world of these tests.
    "postfix.certificate": ["port": .integer(25)],
    "postfix.hold": ["ids": .list([.string("A000001EEF")])],
    "postfix.release": ["ids": .list([.string("A000001EEF")])],
    "postfix.requeue": ["ids": .list([.string("A000001EEF")])],
    "postfix.flush": ["ids": .list([.string("A000001EEF")])],
    "postfix.export": ["ids": .list([.string("A000001EEF")])],
    "postfix.delete": [
      "ids": .list([.string("A000001EEF")]), "exported": .list([.string("A000001EEF")]),
    ],
    "postfix.settings": ["expect": .list([.string("myhostname=mail.gaudy.test")])],
    "dns.compare": ["file": .string("dns/zone.db")],
    "dns.wait": ["name": .string("gaudy.test")],
    "dns.publish": [
      "records": .list([.string("new 300 IN A 192.0.2.1")]), "server": .string("ns1.gaudy.test"),
      "key": .string("/etc/tsig/site"),
    ],
    "ptr.check": ["addresses": .list([.string("198.51.100.25")])],
    "exercise.inject": ["inject": .string("first-alert")],
    "dovecot.user": ["user": .string("alice@gaudy.test")],
    "dovecot.kick": ["user": .string("alice@gaudy.test")],
    "reports.dmarc": ["addresses": .list([.string("198.51.100.25")])],
    "spf.evaluate": ["addresses": .list([.string("198.51.100.25")])],
    "dnsbl.check": ["addresses": .list([.string("198.51.100.25")])],
  ]

  @Test("every operation is documented, and its names are plain")
  func documented() {
    let declarations = OperationCatalogue.standard().declarations
    #expect(declarations.count >= 36)
    for declaration in declarations {
      #expect(declaration.summary.hasSuffix("."))
      #expect(declaration.name.name.allSatisfy { $0.isLetter || $0.isNumber || "._".contains($0) })
      #expect(!declaration.results.isEmpty)
      let names = declaration.parameters.map(\.name)
      #expect(Set(names).count == names.count)
      let results = declaration.results.map(\.name)
      #expect(Set(results).count == results.count)
      for help in declaration.parameters.map(\.help) + declaration.results.map(\.help) {
        #expect(!help.isEmpty)
      }
    }
  }

  @Test("every twin gives exactly the declared results, with the declared types")
  func results() async throws {
    for operation in OperationCatalogue.standard().declarations {
      var world = TriageWorld.make()
      let arguments = Self.arguments[operation.name.name] ?? [:]
      let result = try await OperationCatalogue.standard().operation(operation.name.name)
        .simulate(Arguments(arguments), in: &world)
      #expect(Set(result.values.keys) == Set(operation.results.map(\.name)), "\(operation.name)")
      for declared in operation.results {
        let value = try #require(result.values[declared.name])
        let isEmptyList = value.elements?.isEmpty == true
        #expect(isEmptyList || value.type == declared.type, "\(operation.name) \(declared.name)")
      }
      #expect(result.summary.hasSuffix("."))
    }
  }

  @Test("what is planned is what kubectl receives")
  func plans() async throws {
    fake.answer("get", Recorded.pods)
    fake.answer("openssl", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for operation in OperationCatalogue.standard().declarations {
      let arguments = Self.arguments[operation.name.name] ?? [:]
      let built = try fake.catalogue.operation(operation.name.name)
      let plan = try built.plan(Arguments(arguments), for: .test)
      #expect(plan == (try built.plan(Arguments(arguments), for: .test)))
      // What other programs would reach is asked of the tabletop alone, below.
      guard plan.allSatisfy({ $0.argv.first == "kubectl" && !$0.argv.contains("timeout") }) else {
        continue
      }
      fake.directory.write("calls", "")
      fake.directory.write("queue", queueLine("A000001EEF"))
      if operation.name.name == "k8s.node" { fake.answer("get", Recorded.node) }
      if operation.name.name == "k8s.rollout" { fake.answer("get", Recorded.daemonSet) }
      _ = try await built.perform(arguments)
      let calls = fake.calls
      // An operation that finds nothing to do stops early, never strays.
      #expect(!calls.isEmpty)
      #expect(
        calls == plan.prefix(calls.count).map { $0.argv.map { $0.replacing("\n", with: "\\n") } }
      )
      if arguments["ids"] == nil { #expect(calls.count == plan.count, "\(operation.name)") }
      fake.answer("get", Recorded.pods)
    }
  }

  @Test("in a tabletop, too, what is planned is what is run, in that order")
  func overheard() async throws {
    for work in OperationCatalogue.families.flatMap(\.self) {
      let name = work.declaration.name.name
      let simulation = Simulation(TriageWorld.make())
      let context = OperationContext(site: .test, timeout: .seconds(5), simulation: simulation) {
        _ in
      }
      let tabletop = Tabletop(simulation, context)
      let call = Call(arguments: Arguments(Self.arguments[name] ?? [:]), site: .test)
      let commands = try work.commands(call)
      let asked = RecordedWorld.Asked()
      let world = Overheard(inner: tabletop, asked: asked)
      _ = try await world.run(try work.begin(call, commands, now: tabletop.now))
      #expect(!asked.programs.isEmpty, "\(name)")
      #expect(
        asked.programs[...] == commands.map(\.program).prefix(asked.programs.count),
        "\(name)"
      )
    }
  }

  /// A world that is listened to.
  private struct Overheard: CommandWorld {
    let inner: Tabletop
    let asked: RecordedWorld.Asked
    var now: Int { inner.now }

    func say(_ text: String) async { await inner.say(text) }

    func perform(_ command: Command) async throws(OperationFailure) -> CommandOutcome {
      asked.add(command)
      return try await inner.perform(command)
    }
  }

  @Test("an operation that only reads plans no change")
  func risks() {
    for declaration in OperationCatalogue.standard().declarations where declaration.risk == .read {
      #expect(declaration.isRepeatable, "\(declaration.name)")
    }
  }
}
