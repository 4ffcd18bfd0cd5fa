import Foundation
import TestSupport
import Testing

/// The built binary with programs that print their secrets in every way: nothing of them is found.
@Suite(.serialized) struct SecretTests {
  private static let steps = """
    inputs:
      password: {type: secret, help: the password of the relay}
    steps:
      - id: pick
        title: The other password
        ask: {pin: {type: secret}, who: {type: string}}
      - id: use
        title: Log in
        needs: [pick]
        run: [FOLDER/leak, FOLDER, "0"]
        stdin: "${inputs.password}"
        risk: read
      - id: whole
        title: Log in by a file
        needs: [pick]
        run: [FOLDER/leak, FOLDER, "0"]
        stdin: "user=${steps.pick.who} password=${steps.pick.pin}\\n"
        risk: read
      - id: fails
        title: Log in and fail
        needs: [pick]
        run: [FOLDER/leak, FOLDER, "3"]
        stdin: "${inputs.password}"
        risk: read
        on_failure: continue
      - id: look
        title: Check the login
        needs: [pick]
        check: {run: [FOLDER/leak, FOLDER, "0"], stdin: "${inputs.password}"}
        pass: result.exit == 0
      - id: make
        title: Make a token
        run: [FOLDER/make, FOLDER, "0"]
        outputs: {token: {from: "json:token", type: string, secret: true}, name: {from: "json:name", type: string}}
        risk: read
      - id: with-token
        title: Use the token
        needs: [make]
        run: [FOLDER/leak, FOLDER, "0"]
        stdin: "${steps.make.token}"
        risk: read
      - id: make-badly
        title: Make a token and fail
        run: [FOLDER/make, FOLDER, "4"]
        outputs: {token: {from: "json:token", type: string, secret: true}}
        risk: read
        on_failure: continue

    """

  /// Runs it to its end and gives what was printed.
  private func run(_ place: SecretPlace, _ console: ConsoleBinary) throws -> Program.Result {
    try place.writeRunbook(
      Self.steps.replacingOccurrences(of: "FOLDER", with: place.folder.path)
    )
    try place.writePrivate(place.password + "\n", to: "password")
    let answers = try place.folder.write(
      """
      apiVersion: mailconsole/v1
      kind: Answers
      operator: tomas
      inputs: {password: {file: \(place.folder.path)/password}}
      steps: {pick: {fields: {pin: {env: PIN}, who: relay}}}

      """,
      to: "answers.yaml"
    )
    return try console.run(["run", "secret", "--answers", answers] + place.options)
  }

  @Test(
    "no form of a secret is in the record, in an export, in what is printed or in /proc",
    .timeLimit(.minutes(3))
  )
  func nowhere() throws {
    let place = try SecretPlace()
    let state = place.folder.path + "/state"
    let console = ConsoleBinary(state: state, variables: ["PIN": place.password])
    let result = try run(place, console)
    #expect(result.status == 1, "\(result.output)\(result.errors)")
    let run = try #require(
      try FileManager.default.contentsOfDirectory(atPath: state + "/runs").first
    )

    // The programs had them.
    let received = place.text("received")
    #expect(received.components(separatedBy: place.password).count == 5, "\(received.count)")
    #expect(received.contains("user=relay password=\(place.password)"))
    #expect(received.contains(place.token))

    var exports = [result.output, result.errors]
    for format in ["markdown", "html", "json", "bundle"] {
      let path = place.folder.path + "/state/export.\(format)"
      let exported = try console.run("export", run, "--format", format, "--output", path)
      #expect(exported.status == 0, "\(exported.errors)")
      exports.append(exported.output + exported.errors)
    }
    for arguments in [["show", run], ["show", run, "--json"], ["verify", run], ["runs"]] {
      let shown = try console.run(arguments)
      #expect(shown.status == 0, "\(arguments): \(shown.errors)")
      exports.append(shown.output + shown.errors)
    }
    exports.append(try place.seenByChildren())

    for secret in [place.password, place.token] {
      let hunt = SecretHunt(for: secret)
      #expect(!hunt.found(in: Data(secret.utf8)).isEmpty, "the hunt finds nothing at all")
      let (places, read) = try hunt.found(below: state)
      #expect(places.isEmpty)
      #expect(read > 10)
      for text in exports { #expect(hunt.found(in: text) == []) }
    }
    #expect(!FileManager.default.fileExists(atPath: "\(state)/runs/\(run)/secret.key"))

    // What is left is of use: the marks, and what the programs said beside the secrets.
    let shown = try console.run("show", run, "--json").output
    #expect(shown.contains("[secret "))
    let outputs = try FileManager.default.contentsOfDirectory(
      atPath: "\(state)/runs/\(run)/outputs"
    )
    .map { place.text("state/runs/\(run)/outputs/\($0)") }.joined()
    #expect(outputs.contains("cannot log in as tomas with [secret "))
    #expect(outputs.contains("made [secret "))
  }

  @Test("equal secrets have one mark in a run and another in the next", .timeLimit(.minutes(3)))
  func correlation() throws {
    let place = try SecretPlace()
    var marks: [Set<String>] = []
    for name in ["a", "b"] {
      let state = place.folder.path + "/" + name
      let console = ConsoleBinary(state: state, variables: ["PIN": place.password])
      _ = try run(place, console)
      let run = try #require(
        try FileManager.default.contentsOfDirectory(atPath: state + "/runs").first
      )
      let shown = try console.run("show", run, "--json").output
      let found = shown.components(separatedBy: "[secret ").dropFirst()
        .map { String($0.prefix(12)) }
      marks.append(Set(found))
    }
    // Password and PIN are the same; the token is the other.
    #expect(marks[0].count == 1, "\(marks[0])")
    #expect(marks[0].isDisjoint(with: marks[1]))
  }

  @Test("secrets come by reference, and not from where others can read them")
  func references() throws {
    let place = try SecretPlace()
    let console = ConsoleBinary(state: place.folder.path + "/state")
    try place.writeRunbook(
      """
      inputs: {password: {type: secret}}
      steps:
        - {id: use, run: [/bin/cat], stdin: "${inputs.password}", risk: read}

      """
    )
    func attempt(_ value: String) throws -> Program.Result {
      let answers = try place.folder.write(
        "apiVersion: mailconsole/v1\nkind: Answers\noperator: tomas\ninputs: {password: \(value)}\n",
        to: "answers.yaml"
      )
      return try console.run(["run", "secret", "--answers", answers] + place.options)
    }
    let inline = try attempt("hunter22")
    #expect(inline.status == 65)
    #expect(inline.errors.contains("{env: NAME} or {file: PATH}"))
    #expect(!(inline.output + inline.errors).contains("hunter22"))
    let open = try place.folder.write("hunter22", to: "open")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: open)
    let readable = try attempt("{file: \(open)}")
    #expect(readable.status == 66)
    #expect(readable.errors.contains("chmod 0600"))
    let unset = try attempt("{env: NO_SUCH_SECRET}")
    #expect(unset.status == 66)
    #expect(unset.errors.contains("NO_SUCH_SECRET"))
    try place.writePrivate("abc", to: "short")
    let short = try attempt("{file: \(place.folder.path)/short}")
    #expect(short.status == 65)
    #expect(short.errors.contains("at least 4"))
    let typed = try console.run(
      ["run", "secret", "--unattended", "--input", "password=hunter22", "--as", "tomas"]
        + place.options
    )
    #expect(typed.status == 64)
    #expect(typed.errors.contains("ps(1)"))
    // Without any answer the run waits for it.
    let waiting = try console.run(
      ["run", "secret", "--unattended", "--as", "tomas"] + place.options
    )
    #expect(waiting.status == 2)
    #expect(waiting.output.contains("the secret inputs.password"))
  }
}
