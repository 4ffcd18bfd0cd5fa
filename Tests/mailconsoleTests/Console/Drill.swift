import ClusterOps
public import Runbooks
import TUI

@testable import mailconsole

/// A small runbook with every kind of step, and a site to play it on.
enum Drill {
  static let yaml = """
    apiVersion: mailconsole/v1
    kind: Runbook
    id: drill
    title: Fire drill
    version: 1.0.0
    owner: E4
    summary: Every kind of step once, so that every picture of a run can be looked at.
    steps:
      - id: look
        title: Read the queue
        purpose: Counts every message once and names the cause that holds it up.
        do: postfix.queue
      - id: hold
        title: Hold the sender's mail
        purpose: Held mail stays on the spool and is not tried. Nothing is lost.
        do: postfix.hold
        with: {sender: "o'neil@example.test"}
        needs: [look]
        rollback: {do: postfix.release, with: {sender: "o'neil@example.test"}}
        covers: [T6.3]
        raci: {R: E4, A: E2}
      - id: lock
        title: Lock the account
        manual: Lock the account and end its sessions.
        fields:
          how: {type: string, help: "What you locked, and the ticket"}
        needs: [hold]
      - id: decide
        title: What becomes of the mail?
        purpose: Delete it when the log shows a thief sent it.
        ask:
          fate: {type: choice, values: [keep, delete], help: "keep or delete"}
        needs: [hold]
      - id: agree
        title: Agree to delete
        approve:
          of: [E2, E3, E4]
          count: 1
          statement: Delete the held messages for good.
          evidence: [look, hold]
          on_reject: abort
          confirm: o'neil@example.test
        needs: [lock, decide]
      - id: delete
        title: Delete the held messages
        purpose: There is no way back.
        go: Delete the held messages of o'neil@example.test for good
        do: postfix.delete
        with: {exported: [], senders: ["o'neil@example.test"], queue: hold}
        needs: [agree]
        reversible: no
      - id: remark
        title: Something to know
        note: Postfix returns each message after 5 days.
        needs: [look]
      - id: sign-off
        title: Sign off the drill
        approve:
          of: [E2, E3]
          statement: The drill was done.
          on_reject: {rewind: look}
        needs: [{step: delete, on: any}]
    """

  static let catalogue = OperationCatalogue.standard()

  /// The runbook of `yaml`, or another one under the same catalogue.
  ///
  /// - Parameter path: where it stands as if; checks that it uses are found from there.
  static func runbook(_ text: String = yaml, path: String = "drill.yaml") -> Runbook {
    let reading = RunbookLoader(operations: catalogue.declarations)
      .read(text: text, path: path)
    guard let runbook = reading.value else {
      preconditionFailure(reading.problems.map(\.description).joined(separator: "\n"))
    }
    return runbook
  }

  static let wave = runbook(
    """
    apiVersion: mailconsole/v1
    kind: Wave
    id: wave-9-practice
    title: Practice
    version: 2.1.0
    owner: E3
    summary: A wave in which nothing happens.
    inputs:
      window: {type: duration, default: "2h", help: "how long the window stands open"}
      ticket: {type: string, required: false, help: "the change's ticket"}
    steps:
      - id: think
        title: Think
        note: Think first.
    """
  )

  static let site = Site(
    name: "tabletop",
    domain: "example.test",
    mailHost: "mail.example.test",
    addresses: ["198.51.100.25"],
    node: "mail-node",
    stage: "exercise",
    kubernetes: .init(
      kubeconfig: nil,
      context: nil,
      namespace: "mail",
      workload: "daemonset/mail",
      selector: "app.kubernetes.io/name=mail",
      container: "postfix"
    ),
    manifests: nil,
    directory: "/nowhere",
    operators: zip(["erin", "marek", "sofia", "tomas", "wen", "quinn"], 1...6).map {
      SiteOperator(name: $0, roles: [Role("E\($1)")])
    },
    scenario: nil,
    record: .record(["name": .string("tabletop")])
  )

  static let start = Moment(seconds: 1_795_316_400)
}

// Names in tests are literals.
extension StepID: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}

extension Role: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}
