@testable import Runbooks

/// A small catalogue and runbooks that are right, for tests to break.
enum Samples {
  static let operations: [OperationDeclaration] = [
    OperationDeclaration(
      name: OperationName("postfix.queue"),
      summary: "Reads the queue.",
      parameters: [
        .init("namespace", .string, required: true, help: "where"),
        .init("limit", .integer, help: "how many"), .init("within", .duration, help: "how new"),
        .init("senders", .list(.string), help: "whose"), .init("ratio", .number, help: "how much"),
      ],
      results: [
        .init("total", .integer, help: "messages"), .init("cause", .string, help: "why"),
        .init("top_sender", .string, help: "who"), .init("ids", .list(.string), help: "which"),
        .init("age", .duration, help: "oldest"),
        .init("top", .record(["name": .string, "count": .integer]), help: "first"),
      ],
      risk: .read,
      isRepeatable: true
    ),
    OperationDeclaration(
      name: OperationName("postfix.hold"),
      summary: "Holds mail.",
      parameters: [.init("sender", .string, required: true, help: "whose")],
      results: [.init("count", .integer, help: "held")],
      risk: .change,
      isRepeatable: true
    ),
    OperationDeclaration(
      name: OperationName("postfix.release"),
      summary: "Releases mail.",
      parameters: [.init("sender", .string, required: true, help: "whose")],
      results: [.init("count", .integer, help: "released")],
      risk: .change,
      isRepeatable: false
    ),
    OperationDeclaration(
      name: OperationName("postfix.delete"),
      summary: "Deletes mail.",
      parameters: [.init("sender", .string, required: true, help: "whose")],
      results: [.init("count", .integer, help: "deleted")],
      risk: .destructive,
      isRepeatable: false
    ),
  ]

  static let loader = RunbookLoader(operations: operations)

  /// What stands above the steps; nine lines.
  static let head = """
    apiVersion: mailconsole/v1
    kind: Runbook
    id: queue-triage
    title: Queue triage
    version: 1.0.0
    owner: E4
    summary: Find out why mail waits.
    inputs:
      namespace: {type: string, default: "${site.kubernetes.namespace}", help: Where Postfix runs.}
      ticket: {type: string, required: false}

    """

  /// A runbook with these steps.
  static func runbook(_ steps: String) -> String { head + "steps:\n" + steps }

  static let everyBody = runbook(
    """
      - id: look
        title: Read the queue
        purpose: >-
          Too many messages
          wait.
        check: postfix.queue
        with: {namespace: "${inputs.namespace}", limit: 5, within: 2h}
        pass: result.total < 30
        warn: result.total < 200
        fresh_for: 10m
        raci: {R: E2, A: E4, C: [E3], I: [E6]}
        covers: [MS-3, T2.2]
      - id: probe-cmd
        check: {run: [kubectl, version]}
        pass: result.exit == 0
        retry: {attempts: 3, backoff: 5s, factor: 2}
        timeout: 2m
      - id: hold
        title: Hold the sender's mail
        do: postfix.hold
        with: {sender: "${steps.look.top_sender}"}
        needs: [look, {step: probe-cmd, on: any}]
        when: steps.look.cause == "compromise"
        on_failure: continue
        rollback: {do: postfix.release, with: {sender: "${steps.look.top_sender}"}}
        reversible: {until: 4h}
        done_when:
          check: postfix.queue
          with: {namespace: mail}
          pass: "result.total == 0"
        was: [stop-sender]
      - id: cmd
        run: [kubectl, "-n", "${inputs.namespace}", get, pods, -o, json]
        expect_exit: [0, 1]
        outputs: {ready: {from: "json:items.0.status.phase", type: string}}
        risk: read
      - id: tell
        manual: "Raise the PTR ticket for ${site.domain}"
        fields: {ticket: {type: string, help: Its number.}}
      - id: pick
        ask: {reason: {type: choice, values: [a, b]}}
      - id: approve-delete
        needs: [look, hold]
        approve:
          of: [E3, E4]
          count: 2
          statement: Delete the messages of ${steps.look.top_sender}.
          evidence: [look]
          not: [hold]
          expires: 4h
          on_reject: {rewind: look}
          confirm: "${steps.look.top_sender}"
      - id: cool-down
        wait: 10m
      - id: settle
        wait:
          until: {check: postfix.queue, with: {namespace: mail}, pass: result.total == 0}
          every: 10s
          at_most: 10m
      - id: ready
        needs: [look, approve-delete]
        gate: {requires: [look, approve-delete], fresh_for: 1h}
      - id: hint
        note: "The mail of ${site.domain} flows."
    """
  )
}
