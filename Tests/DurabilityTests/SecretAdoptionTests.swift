import Foundation
import Glibc
import TestSupport
import Testing

/// Commands with secrets outlive their runner as others do, and what is kept of them shows none.
@Suite("Adoption with secrets", .serialized)
struct SecretAdoptionTests {
  /// Gives the password by reference, to the runner and to its successor.
  private func run(
    _ place: SecretPlace,
    _ rest: String,
    until what: String,
    _ holds: () throws -> Bool
  ) throws -> KilledRun {
    try place.writeRunbook(rest.replacingOccurrences(of: "FOLDER", with: place.folder.path))
    try place.writePrivate(place.password + "\n", to: "password")
    return try KilledRun(
      "secret",
      in: place.folder,
      answers: rest.contains("inputs:")
        ? "inputs: {password: {file: \(place.folder.path)/password}}\n" : "",
      until: what,
      holds
    )
  }

  /// The files of the run that hold the secret; what the test itself wrote lies elsewhere.
  private func places(_ secret: String, in place: SecretPlace) throws -> [String] {
    try SecretHunt(for: secret).found(below: place.folder.path + "/state").places
  }

  private static let password = "inputs: {password: {type: secret}}\nsteps:\n"

  @Test(
    "a command that has and prints a secret is adopted; neither its files nor /proc of its supervisor show it",
    .timeLimit(.minutes(2))
  )
  func adopted() throws {
    let place = try SecretPlace()
    let killed = try run(
      place,
      Self.password + """
          - id: hold
            title: Hold on to it
            run: [FOLDER/hold, FOLDER]
            stdin: "${inputs.password}"
            risk: change
            reversible: no
            timeout: 2m

        """,
      until: "the child"
    ) { !place.text("child").isEmpty }
    let (child, supervisor) = try killed.command(of: "hold")
    let hunt = SecretHunt(for: place.password)
    for pid in [child, supervisor] {
      for name in ["cmdline", "environ"] {
        let seen = FileManager.default.contents(atPath: "/proc/\(pid)/\(name)") ?? Data()
        #expect(!seen.isEmpty || name == "environ")
        #expect(hunt.found(in: seen) == [], "\(pid) \(name)")
      }
      let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
      let core = try #require(limits.split(separator: "\n").first { $0.contains("core file size") })
      #expect(core.split(separator: " ").filter { $0 == "0" }.count == 2, "\(core)")
    }
    // Its file is there before it begins; what may be half a secret is held back.
    #expect(
      FileManager.default.fileExists(
        atPath: "\(killed.console.runs)/\(try killed.run())/children/hold-1-1.output"
      )
    )
    #expect(try places(place.password, in: place) == [])

    killed.killRunner()
    let successor = try killed.successor(output: place.folder.path + "/successor.txt")
    try Waiting.until("the adoption") {
      try killed.timeline().types(of: "hold").last == "step.adopted"
    }
    try place.folder.write("", to: "go")
    #expect(successor.wait() == 0, "\(place.text("successor.txt"))")
    #expect(
      try killed.timeline().types(of: "hold")
        == ["step.started", "step.spawned", "step.adopted", "step.ended"]
    )
    #expect(place.text("received") == place.password, "it ran once, with the secret")
    #expect(try killed.output(of: "hold").hasPrefix("waiting with [secret "))
    #expect(try places(place.password, in: place) == [])
    #expect(hunt.found(in: place.text("successor.txt")) == [])
    try killed.verify()
  }

  @Test(
    "a program that prints a secret in every form and in pieces after its runner's death leaves none",
    .timeLimit(.minutes(2))
  )
  func printing() throws {
    let place = try SecretPlace()
    let killed = try run(
      place,
      Self.password + """
          - id: leak
            title: Show it around
            run: [FOLDER/leak, FOLDER, "0", FOLDER/go]
            stdin: "${inputs.password}"
            risk: change
            reversible: no

        """,
      until: "the program"
    ) { !place.text("received").isEmpty }
    let supervisor = try killed.command(of: "leak").supervisor
    killed.killRunner()
    try place.folder.write("", to: "go")
    try Waiting.until("the supervisor's end") { kill(supervisor, 0) != 0 }
    #expect(try places(place.password, in: place) == [])
    let result = try killed.takeOver()
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(try killed.timeline().types(of: "leak").last == "step.ended")
    #expect(place.text("received") == place.password)
    #expect(try killed.output(of: "leak").contains("the secret is >[secret "))
    #expect(try places(place.password, in: place) == [])
    try killed.verify()
  }

  @Test(
    "a command whose output is secret leaves only how it ended, so that nobody can tell what it made",
    .timeLimit(.minutes(2))
  )
  func secretOutput() throws {
    let place = try SecretPlace()
    let killed = try run(
      place,
      """
      steps:
        - id: make
          title: Make a token
          run: [/bin/sh, -c, "FOLDER/make FOLDER 0; touch FOLDER/made; while [ ! -e FOLDER/go ]; do sleep 0.05; done"]
          outputs: {token: {from: "json:token", type: string, secret: true}}
          risk: change
          reversible: no
          timeout: 2m

      """,
      until: "the token"
    ) { FileManager.default.fileExists(atPath: place.folder.path + "/made") }
    let supervisor = try killed.command(of: "make").supervisor
    killed.killRunner()
    try place.folder.write("", to: "go")
    try Waiting.until("the supervisor's end") { kill(supervisor, 0) != 0 }
    #expect(try places(place.token, in: place) == [])
    let result = try killed.takeOver()
    #expect(result.status == 3, "\(result.output)\(result.errors)")
    let unknown = try killed.timeline().lines.first { $0.type == "step.unknown" }
    #expect(unknown?.text.contains("exited with 0 after its runner had died") == true)
    #expect(try places(place.token, in: place) == [])
    try killed.verify()
  }

  @Test(
    "a secret that becomes known while another command is under way is taken out of what is kept of that",
    .timeLimit(.minutes(2))
  )
  func learnt() throws {
    let place = try SecretPlace()
    let killed = try run(
      place,
      """
      steps:
        - id: watch
          title: Watch for it
          run: [/bin/sh, -c, "echo $$ > FOLDER/child; while [ ! -s FOLDER/shown ]; do sleep 0.05; done; cat FOLDER/shown; printf '%4096s' .; touch FOLDER/seen; while [ ! -e FOLDER/go ]; do sleep 0.05; done"]
          risk: change
          reversible: no
          timeout: 2m
        - id: make
          title: Make a token
          run: [/bin/sh, -c, "while [ ! -s FOLDER/child ]; do sleep 0.05; done; FOLDER/make FOLDER 0"]
          outputs: {token: {from: "json:token", type: string, secret: true}}
          risk: read
        - id: tell
          title: Tell it
          needs: [make]
          run: [/bin/sh, -c, "cat > FOLDER/shown"]
          stdin: "${steps.make.token} is it\\n"
          risk: read

      """,
      until: "the watcher"
    ) { FileManager.default.fileExists(atPath: place.folder.path + "/seen") }
    #expect(place.text("shown") == place.token + " is it\n")
    try Waiting.until("the kept output") {
      try String(
        contentsOfFile: "\(killed.console.runs)/\(killed.run())/children/watch-1-1.output",
        encoding: .utf8
      ).contains("is it")
    }
    #expect(try places(place.token, in: place) == [])
    _ = try killed.command(of: "watch")
    killed.killRunner()
    try place.folder.write("", to: "go")
    #expect(try killed.takeOver().status == 0)
    #expect(try places(place.token, in: place) == [])
    try killed.verify()
  }
}
