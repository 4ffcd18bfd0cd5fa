import Runbooks
import Synchronization
import Testing

@testable import ClusterOps

/// `exercise.inject`: once, whole or not at all, and only in a simulated world.
@Suite struct InjectTests {
  private let operation: any Runbooks.Operation

  init() throws { operation = try OperationCatalogue.standard().operation("exercise.inject") }

  private static let alert: [String: Value] = [
    "inject": .string("first-alert"), "channel": .string("alert"),
    "sender": .string("monitoring"), "to": .list([.string("on-call")]),
    "text": .string("The queue grows."),
    "world": .string(#"{"clamav": {"running": false}, "internet": {"big.test": "defer"}}"#),
  ]

  private static func world() -> SimulatedWorld {
    SimulatedWorld(
      state: [
        "clamav": .record(["running": .boolean(true), "engine": .string("1.4.6")]),
        "postfix": .record(["running": .boolean(true)]),
      ],
      now: 1_800_000_030,
      seed: 3
    )
  }

  @Test("its message is in the inbox and its change in the state, key by key")
  func happens() async throws {
    var world = Self.world()
    let result = try await operation.simulate(Arguments(Self.alert), in: &world)
    #expect(
      result.values == [
        "at": .string("2027-01-15T08:00:30Z"), "message": .integer(1),
        "touched": .list([.string("clamav"), .string("internet")]),
        "repeated": .boolean(false),
      ]
    )
    #expect(
      world.state["clamav"]
        == .record(["running": .boolean(false), "engine": .string("1.4.6")])
    )
    #expect(world.state["internet"]?["big.test"] == .string("defer"))
    #expect(
      world.state["inbox"]
        == .list([
          .record([
            "number": .integer(1), "inject": .string("first-alert"),
            "at": .integer(1_800_000_030), "channel": .string("alert"),
            "sender": .string("monitoring"), "to": .list([.string("on-call")]),
            "text": .string("The queue grows."),
          ])
        ])
    )
    #expect(WorldInvariants.problems(of: world, on: .test) == [])
    // A world that stands still has nothing of one that goes on.
    #expect(world.state["began"] == nil && world.state["advanced"] == nil)
  }

  @Test("told again it gives what it gave, and happens no second time")
  func once() async throws {
    var world = Self.world()
    let first = try await operation.simulate(Arguments(Self.alert), in: &world)
    let after = world
    world.now += 300
    let again = try await operation.simulate(Arguments(Self.alert), in: &world)
    #expect(again.values["repeated"] == .boolean(true))
    #expect(
      again.values.filter { $0.key != "repeated" } == first.values.filter { $0.key != "repeated" }
    )
    #expect(world.state == after.state)
    let other = Self.alert.merging(["text": .string("Another.")]) { $1 }
    await #expect {
      _ = try await operation.simulate(Arguments(other), in: &world)
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.reason == .refused && failure?.effect == OperationFailure.Effect.none
        && failure?.message.contains("another content") == true
    }
    #expect(world.state == after.state)
  }

  @Test("in a world that is not simulated nothing is run, and it is refused without effect")
  func neverLive() async throws {
    let folder = TemporaryDirectory()
    folder.write("exercise", "#!/bin/sh\necho ran >> \(folder.path)/ran\n", executable: true)
    let environment = CommandEnvironment(["PATH": folder.path + ":/usr/bin:/bin"])
    let runner = CommandRunner(environment: environment)
    let live = try OperationCatalogue.standard(runner: runner).operation("exercise.inject")
    await #expect {
      _ = try await live.perform(Self.alert)
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.reason == .refused && failure?.effect == OperationFailure.Effect.none
        && failure?.message.contains("simulated world") == true
    }
    #expect(folder.read("ran").isEmpty)
    // The same program by the same way, without the mark, is found and run.
    let context = OperationContext(site: .test, timeout: .seconds(20)) { _ in }
    _ = try await Cluster(runner, context).perform(Command(here: ["exercise", "inject", "x"]))
    #expect(folder.read("ran") == "ran\n")
  }

  @Test(
    "a change that is no JSON object, or of no facet, changes nothing and says why",
    arguments: [
      ("{", "no JSON"), ("[]", "no JSON object"), ("null", "no JSON object"),
      ("\"x\"", "no JSON object"), ("3", "no JSON object"), ("", "no JSON"),
      (#"{"postfix": {"flows": [null]}}"#, "null in a list"),
      (#"{"postfix": {"flows": [{"name": null}]}}"#, "null in a list"),
      (#"{"postfix": 3}"#, "give an object"), (#"{"advanced": 5}"#, "kept by the world"),
      (#"{"clamav": {"running": false}, "inbox": null}"#, "kept by the world"),
      (#"{"goes_on": null}"#, "kept by the world"), (#"{"injects": {}}"#, "kept by the world"),
    ]
  )
  func bad(patch: String, words: String) async throws {
    var world = Self.world()
    let before = world.state
    let values: [String: Value] = ["inject": .string("bad"), "world": .string(patch)]
    await #expect {
      _ = try await operation.simulate(Arguments(values), in: &world)
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.reason == .refused && failure?.effect == OperationFailure.Effect.none
        && failure?.message.contains(words) == true
    }
    #expect(world.state["clamav"] == before["clamav"])
    #expect(world.state["injects"] == nil && world.state["inbox"] == nil)
  }

  @Test(
    "a name, a channel or a message that cannot be meant is refused before anything is planned",
    arguments: [
      ["inject": .string("a b")], ["inject": .string("")], ["inject": .string("-x")],
      ["inject": .string("x"), "channel": .string("pager")],
      ["inject": .string("x"), "text": .string("nobody reads it")],
      ["inject": .string("x"), "channel": .string("call"), "sender": .string("a\nb")],
      [
        "inject": .string("x"), "channel": .string("mail"),
        "text": .string(String(repeating: "x", count: 70_000)),
      ],
    ] as [[String: Value]]
  )
  func refused(values: [String: Value]) {
    #expect {
      _ = try operation.plan(Arguments(values), for: .test)
    } throws: { ($0 as? OperationFailure)?.reason == .refused }
  }

  @Test(
    "the examples of RFC 7396 that have a meaning in a state",
    arguments: [
      (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
      (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
      (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#),
      (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
      (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
      (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
      (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
      (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
      (#"{"a":"foo"}"#, #"{"a":{"b":1.5,"c":true}}"#, #"{"a":{"b":1.5,"c":true}}"#),
      (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ]
  )
  func merging(target: String, patch: String, result: String) throws {
    let before = try MergePatch(object: target).applied(to: nil)
    let expected = try MergePatch(object: result).applied(to: nil)
    #expect(try MergePatch(object: patch).applied(to: before) == expected)
  }

  @Test("an inject without message or change is remembered, and numbers of messages rise")
  func numbers() async throws {
    var world = Self.world()
    func inject(_ name: String, _ channel: String) async throws -> Value? {
      try await operation.simulate(
        Arguments(["inject": .string(name), "channel": .string(channel)]),
        in: &world
      ).values["message"]
    }
    #expect(try await inject("quiet", "") == .integer(0))
    #expect(try await inject("one", "call") == .integer(1))
    #expect(try await inject("two", "ticket") == .integer(2))
    #expect(world.state["injects"]?.fields.keys.sorted() == ["one", "quiet", "two"])
    #expect(WorldInvariants.problems(of: world, on: .test) == [])
  }

  @Test("what the world says and is not understood is undetermined")
  func strange() async {
    for answer in [Answer("{}"), Answer(""), Answer("{\"at\": \"now\"}")] {
      let failure = await #expect(throws: OperationFailure.self) {
        try await RecordedWorld { _ in answer }
          .perform(InjectOperation(), ["inject": .string("x")])
      }
      #expect(failure?.reason == .undetermined)
    }
  }
}
