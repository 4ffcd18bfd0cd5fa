import TestSupport
import Testing

@testable import Runbooks

/// A small exercise on the bundled site: wen leads, tomas and sofia play.
enum SampleExercise {
  static let root = ConsoleBinary(state: "").root
  static var siteDirectory: String { root + "/sites/tabletop" }

  static func site() throws -> Site { try SiteLoader.read(directory: siteDirectory).get() }

  static let text = """
    apiVersion: mailconsole/v1
    kind: Exercise
    id: sample
    title: A sample
    version: 1.0.0
    facilitator: E5
    summary: For tests.
    situation: It is quiet.
    length: 60m
    objectives:
      - {id: act, text: They act.}
    players:
      - {role: E4, part: on call}
      - {role: E3, part: on second call}
    world: {seed: 1, start: 2026-11-27T21:40:00Z}
    injects:
      - {id: alarm, title: An alarm rings, at: 5m, via: alert, from: Alertmanager, to: [E4], text: "Queue!"}
      - {id: hint, title: Somebody asks, overdue: triage, delay: 1m, via: call, from: a colleague, to: [E3], text: And?}
      - {id: press, title: The press calls, via: call, from: the press, to: [E4], text: Hello?}
    expected:
      - {id: triage, title: The queue is looked at, after: alarm, within: 10m, critical: true, objective: act, seen: [{runbook: queue-triage}]}
      - {id: told, title: The desk is told, after: alarm, within: 15m, objective: act, seen: [{answer: alarm}]}
      - {id: calm, title: They stay calm, within: 50m, objective: act, judged: facilitator}

    """

  /// What no player may read before its time.
  static let secrets = [
    "An alarm rings", "Queue!", "Somebody asks", "The press calls", "Hello?", "cue-alarm",
    "The queue is looked at", "exercise-sample",
  ]

  /// A player's run of queue-triage, just begun by tomas.
  static func triage(begunAt moment: Moment) -> RunState {
    let runbook = Runbook(
      id: RunbookID("queue-triage"),
      kind: .runbook,
      title: "Triage",
      version: "1.0.0",
      owner: Role("E4"),
      summary: "",
      inputs: [],
      steps: [],
      source: RunbookSource(path: "", text: "")
    )
    var state = RunState(of: runbook)
    let created = RunEvent.RunCreated(
      run: RunID("queue-triage-1"),
      runbook: runbook.id,
      title: runbook.title,
      version: runbook.version,
      text: runbook.source.digest,
      mode: .tabletop,
      site: "tabletop",
      siteRecord: Digest(of: []),
      inputs: [:],
      console: "test",
      operators: [],
      allowedSigners: nil,
      world: nil,
      by: "tomas",
      at: moment
    )
    do { try state.apply(.runCreated(created)) } catch { Issue.record(error) }
    return state
  }
}
