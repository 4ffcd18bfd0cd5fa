/// A small plan that is right, for tests to break.
enum PlanSamples {
  /// Two waves, two tasks, three tickets and an exit criterion.
  static let text = """
    apiVersion: mailconsole/v1
    kind: Plan
    title: A small plan
    roles: {E1: Platform, E2: Mail}
    waves:
      - wave: 0
        title: Ground
        tasks:
          - {id: T0.1, title: Node, owner: E1, done: It is there.}
        tickets:
          - id: PL-1
            title: Mail node
            task: T0.1
            raci: {R: E1, A: E2}
            inputs: a name
            outputs: a node
            acceptance: [It is ready.]
            proof: [{check: node-ready}]
      - wave: 1
        title: Mail
        tasks:
          - {id: T1.1, title: Pod, owner: E2, with: [E1], done: It runs.}
        tickets:
          - id: MS-1
            title: Postfix
            task: T1.1
            raci: {R: E2, A: E1, C: [E1]}
            inputs: a domain
            outputs: main.cf
            needs: [PL-1]
            acceptance: [It lints., E1 has read it.]
            was: Lints.
            corrections: [21]
            proof:
              - {runbook: queue-triage, step: review}
              - {signed: E1, statement: "I have read it."}
          - id: MS-2
            title: Dovecot
            raci: {R: E2, A: E1}
            inputs: a domain
            outputs: dovecot.conf
            needs: [MS-1, PL-1]
            acceptance: [It lints.]
            proof: [{later: no check reads it}]
    exit:
      - {id: EXIT-1, title: It works, acceptance: [Mail flows.], tickets: [MS-1], proof: [{check: relay}]}

    """

  /// A runbook that proves MS-1.
  static let steps = """
      - {id: look, note: Look., covers: [T1.1, EXIT-1]}
      - id: review
        approve: {of: [E1], statement: I have read it.}
        needs: [look]
        covers: [MS-1]

    """
}
