import Runbooks
import Testing

@testable import ClusterOps

/// restic 0.14.0, as it was seen to tell of a repository.
@Suite struct ResticTests {
  private static func snapshot(
    _ time: String,
    _ paths: String = #""/data/secrets","/data/spool","/data/state","/data/vmail""#,
    id: String = "d1504911"
  ) -> String {
    #"{"time":"\#(time)","tree":"11d1f141e0d84898","paths":[\#(paths)],"hostname":"mail","#
      + #""username":"root","tags":["mail"],"id":"\#(id)53d655ab","short_id":"\#(id)"}"#
  }

  // A recorded world is at 2026-11-30T00:53:20Z.
  private static let list =
    "[" + snapshot("2026-11-28T15:15:04.1Z", id: "aaaaaaaa") + ","
    + snapshot("2026-11-30T02:15:03.23122861+11:00") + "]\n"

  private func perform(
    _ answer: Answer,
    _ values: [String: Value] = [:],
    on site: Site = .test
  ) async throws(OperationFailure) -> OperationResult {
    try await RecordedWorld { _ in answer }.perform(ResticSnapshots(), values, on: site)
  }

  @Test("the newest is known by its time, whatever its zone and order, with its age and paths")
  func newest() async throws {
    let result = try await perform(.said(Self.list))
    #expect(result.values["count"] == .integer(2))
    #expect(result.values["newest"] == .string("d1504911"))
    #expect(result.values["time"] == .string("2026-11-29T15:15:03Z"))
    #expect(result.values["age"] == .duration(.seconds(34_697)))
    #expect(result.values["host"] == .string("mail"))
    #expect(result.values["missing"] == .list([]))
    #expect(result.doubt == nil)
  }

  @Test("paths that are missing in the newest are told, though an older one has them")
  func missing() async throws {
    let result = try await perform(
      .said(
        "[" + Self.snapshot("2026-11-29T01:00:00Z") + ","
          + Self.snapshot("2026-11-30T00:00:00Z", #""/data/vmail""#) + "]"
      )
    )
    #expect(
      result.values["missing"]
        == .list(["/data/spool", "/data/state", "/data/secrets"].map(Value.string))
    )
    #expect(result.summary.contains("lacks /data/spool"))
  }

  @Test("a repository without such a snapshot has none; one of the future is a doubt")
  func edges() async throws {
    let none = try await perform(.said("[]\n"))
    #expect(none.values["count"] == .integer(0))
    #expect(none.values["missing"]?.elements?.count == 4)
    #expect(none.values["age"] == .duration(.zero))
    let coming = try await perform(.said("[" + Self.snapshot("2026-12-01T00:00:00Z") + "]"))
    #expect(coming.doubt?.words.contains("time to come") == true)
    #expect(coming.values["age"] == .duration(.zero))
  }

  @Test(
    "secrets come from a file of the place, neither lock nor cache is left, and the tag is asked"
  )
  func argv() async throws {
    let world = RecordedWorld { _ in .said(Self.list) }
    _ = try await world.perform(
      ResticSnapshots(),
      ["tag": .string("webmail")],
      on: .test(values: ["restic": "/etc/mailconsole/restic.env"])
    )
    #expect(
      world.asked.programs == [
        [
          "timeout", "60", "sh", "-c", #"set -a; . "$0"; exec "$@""#, "/etc/mailconsole/restic.env",
          "restic", "snapshots", "--json", "--no-lock", "--no-cache", "--tag", "webmail",
        ]
      ]
    )
    let plain = RecordedWorld { _ in .said(Self.list) }
    _ = try await plain.perform(ResticSnapshots())
    #expect(plain.asked.programs[0].prefix(3) == ["timeout", "60", "restic"])
  }

  private static let silences: [(answer: Answer, words: String)] = [
    (
      Answer.said("", stderr: "Fatal: wrong password or no key found\n", exit: 1),
      "does not take the password"
    ),
    (
      .said(
        "",
        stderr: "Fatal: Please specify repository location (-r or --repository-file)\n",
        exit: 1
      ),
      "no repository is named there"
    ),
    (
      .said(
        "",
        stderr: "unable to create lock in backend: repository is already locked exclusively by "
          + "PID 7 on mail by root (UID 0, GID 0)\nlock was created at 2026-11-30 05:15:02\n",
        exit: 1
      ), "the repository is locked"
    ),
    (
      .said(
        "",
        stderr: "Fatal: unable to open config file: stat /nix/config: no such file or directory\n"
          + "Is there a repository at the following location?\n/nix\n",
        exit: 1
      ), "unable to open config file: stat /nix/config"
    ),
    (
      .said("", stderr: "/etc/x: 1: .: cannot open /etc/x: No such file\n", exit: 2),
      "the file of its environment cannot be read"
    ),
    (
      .said("", stderr: "/etc/x: 1: exec: restic: not found\n", exit: 127),
      "restic cannot be run from here"
    ),
    (.said("", exit: 124), "did not answer in time"),
    (.said(""), "not understood"), (.said("null\n"), "not understood"),
    (.said(String(Self.list.dropLast(9))), "not understood"),
    (.said("[" + Self.snapshot("yesterday") + "]"), "not understood"),
  ]

  @Test(
    "a repository that is locked, strange, out of reach or closed to us is no evidence",
    arguments: Self.silences
  )
  func silent(answer: Answer, words: String) async {
    let failure = await #expect(throws: OperationFailure.self) { try await perform(answer) }
    #expect(failure?.reason == .undetermined)
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
  }

  @Test("a login in the repository's address is not told")
  func login() async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await perform(
        .said(
          "",
          stderr: "Fatal: unable to open config file: client.Head: Head "
            + "\"https://user:hunter2@backup.test/x/config\": dial tcp: connection refused\n",
          exit: 1
        )
      )
    }
    #expect(failure?.message.contains("hunter2") == false)
    #expect(failure?.message.contains("https://…@backup.test/x/config") == true)
  }

  @Test("a tag that is an option and paths that are none are refused")
  func refused() async {
    for values in [
      ["tag": Value.string("--repo=/x")], ["tag": .string("")], ["environment": .string("x.env")],
      ["expect": .list([.string("data")])],
    ] {
      let failure = await #expect(throws: OperationFailure.self) {
        try await perform(.said(Self.list), values)
      }
      #expect(failure?.reason == .refused)
    }
  }

  @Test("in a tabletop the scenario says which snapshots there are, and of which tag")
  func tabletop() async throws {
    let snapshots = Value.list([
      .record(["age": .integer(90_000)]),
      .record(["age": .integer(60), "tag": .string("manifest")]),
    ])
    var world = SimulatedWorld(
      state: ["restic": .record(["snapshots": snapshots])],
      now: 1_796_000_000,
      seed: 1
    )
    let catalogue = OperationCatalogue.standard()
    let result = try await catalogue.operation("restic.snapshots")
      .simulate(Arguments(["environment": .string("/etc/restic.env")]), in: &world)
    #expect(result.values["count"] == .integer(1))
    #expect(result.values["age"] == .duration(.seconds(90_000)))
    world.state["restic"] = .record(["error": .string("wrong password or no key found")])
    await #expect(throws: OperationFailure.self) {
      try await catalogue.operation("restic.snapshots").simulate(Arguments([:]), in: &world)
    }
  }
}
