import Testing

@testable import Runbooks

/// Where a runbook may have a secret, and what is said of every other place.
@Suite struct SecretLintTests {
  private static let operations =
    Samples.operations + [
      OperationDeclaration(
        name: OperationName("relay.login"),
        summary: "Logs in.",
        parameters: [
          .init("user", .string, required: true, help: "who"),
          .init("password", .secret, required: true, help: "the password"),
        ],
        results: [.init("ok", .boolean, help: "whether it worked")],
        risk: .read,
        isRepeatable: true
      )
    ]

  /// Ten lines; the steps begin on the eleventh.
  private static let head = """
    apiVersion: mailconsole/v1
    kind: Runbook
    id: secret
    title: Secrets
    version: 1.0.0
    owner: E4
    summary: Handles secrets.
    inputs:
      password: {type: secret, help: x}
    steps:

    """

  private func problems(_ steps: String) -> [String] {
    let reading = RunbookLoader(operations: Self.operations)
      .read(text: Self.head + steps, path: "f")
    guard let runbook = reading.value else { return reading.problems.map(\.description) }
    return Linter(operations: Self.operations).problems(in: runbook).map(\.description)
  }

  @Test(
    "a secret goes into standard input, or into a parameter made for it",
    arguments: [
      "  - {id: a, run: [login], stdin: '${inputs.password}', risk: read}\n",
      "  - {id: a, run: [login], stdin: 'pw=${inputs.password}', risk: read}\n",
      "  - {id: a, check: {run: [login], stdin: '${inputs.password}'}, pass: result.exit == 0}\n",
      "  - {id: a, check: relay.login, with: {user: x, password: '${inputs.password}'}, pass: result.ok}\n",
      "  - {id: a, run: [make], outputs: {t: {from: stdout, type: string, secret: true}}, risk: read}\n"
        + "  - {id: b, needs: [a], run: [use], stdin: '${steps.a.t} ${inputs.password}', risk: read}\n",
      "  - {id: a, ask: {pin: {type: secret}}}\n"
        + "  - {id: b, needs: [a], run: [use], stdin: '${steps.a.pin} ${inputs.password}', risk: read}\n",
    ]
  )
  func allowed(steps: String) {
    #expect(problems(steps) == [])
  }

  @Test(
    "everywhere else it is refused, with the place and what to do",
    arguments: [
      ("  - {id: a, note: 'It is ${inputs.password}.'}\n", "f:11:28", "shown and recorded"),
      ("  - {id: a, manual: 'Type ${inputs.password}'}\n", "f:11:29", "shown and recorded"),
      (
        "  - {id: a, approve: {of: [E1], statement: '${inputs.password}'}}\n", "f:11:47",
        "shown and recorded"
      ),
      (
        "  - {id: a, run: [login, '-p${inputs.password}'], risk: read}\n", "f:11:31",
        "ps(1) lists. Write `stdin: ${inputs.password}`"
      ),
      (
        "  - {id: a, note: x, when: inputs.password == 'x'}\n", "f:11:28",
        "a secret is not compared"
      ),
      (
        "  - {id: a, note: x, when: \"inputs.password in ['x']\"}\n", "f:11:29",
        "a secret is not compared"
      ),
      (
        "  - {id: a, note: x, when: \"contains(inputs.password, 'x')\"}\n", "f:11:38",
        "a secret is not compared"
      ),
      (
        "  - {id: a, note: \"${default(inputs.password, 'x')}\"}\n", "f:11:22",
        "has no default"
      ),
      (
        "  - {id: a, check: postfix.queue, with: {namespace: '${inputs.password}'}, pass: 'true'}\n",
        "f:11:53", "`stdin` of a command"
      ),
      (
        "  - {id: a, check: relay.login, with: {user: x, password: plain}, pass: result.ok}\n",
        "f:11:20", "Give a lone ${…} that is a secret"
      ),
      (
        "  - {id: a, check: relay.login, with: {user: x, password: 'a${inputs.password}'}, pass: result.ok}\n",
        "f:11:63", "takes a secret as it is"
      ),
      (
        "  - {id: a, manual: x, done_when: {check: {run: [l], stdin: '${inputs.password}'}, pass: result.exit == 0}}\n",
        "f:11:64", "a new runner does not hold"
      ),
      ("  - {id: a, manual: x, fields: {pin: {type: secret}}}\n", "f:11:38", "an `ask` step"),
      ("  - {id: a, ask: {pin: {type: secret, default: hunter22}}}\n", "f:11:48", "no default"),
      ("  - {id: a, ask: {pin: {type: secret, required: false}}}\n", "f:11:49", "must be given"),
      (
        "  - {id: a, run: [m], outputs: {t: {from: exit, type: integer, secret: true}}, risk: read}\n",
        "f:11:72", "a secret output is a string"
      ),
    ]
  )
  func refused(steps: String, place: String, words: String) {
    let found = problems(steps).filter { !$0.contains("no step reads") }
    #expect(found.contains { $0.contains(place + ":") && $0.contains(words) }, "\(found)")
  }
}
