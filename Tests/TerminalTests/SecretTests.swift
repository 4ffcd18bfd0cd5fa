import Foundation
import TestSupport
import Testing

/// Secrets typed by hands: on no screen, in no file, and asked for again by a new runner.
@Suite("Secrets at the terminal", .serialized)
struct SecretTests {
  private static let rest = """
    inputs: {password: {type: secret, help: of the relay}}
    steps:
      - id: hold
        title: Hold on to it
        run: [FOLDER/hold, FOLDER]
        stdin: "${inputs.password}"
        risk: read
        timeout: 2m
      - id: later
        title: Show it around
        needs: [hold]
        run: [FOLDER/leak, FOLDER, "0"]
        stdin: "${inputs.password}"
        risk: read

    """

  private func place() throws -> SecretPlace {
    let place = try SecretPlace()
    try place.writeRunbook(
      Self.rest.replacingOccurrences(of: "FOLDER", with: place.folder.path)
    )
    return place
  }

  private func runner(of console: ConsoleSession) throws -> Int32 {
    let lock = try #require(
      FileManager.default.contents(atPath: "\(console.state.path)/runs/\(try console.run())/lock")
    )
    struct Holder: Decodable { let pid: Int32 }
    return try JSONDecoder().decode(Holder.self, from: lock).pid
  }

  /// The process that supervises a command.
  private func parent(of child: String) throws -> String {
    let stat = try String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    return String(try #require(fields.dropFirst().first))
  }

  /// Types it into the masked field of the dialog that the step asks with.
  private func give(
    _ secret: String,
    to console: ConsoleSession,
    on step: String = "hold"
  ) throws {
    try console.act(on: step, "inputs.password")
    try console.tmux.type(secret)
    try console.tmux.wait("the masked field") { screen in
      screen.contains { $0.contains(String(repeating: "•", count: 8)) }
    }
    #expect(SecretHunt(for: secret).found(in: try screen(console)) == [])
    try console.tmux.press("Enter")
  }

  private func screen(_ console: ConsoleSession) throws -> String {
    try console.tmux.screen().joined(separator: "\n")
  }

  @Test(
    "typed without echo, kept by the runner alone, asked for again when it died",
    .timeLimit(.minutes(2))
  )
  func typed() throws {
    let place = try place()
    let hunt = SecretHunt(for: place.password)
    let console = try ConsoleSession(
      columns: 110,
      ["run", "secret", "--as", "tomas"] + place.options
    )
    try console.tmux.wait(for: "Needs the secret inputs.password: press a.")
    try give(place.password, to: console)
    try Waiting.until("the child") { !place.text("child").isEmpty }
    let child = place.text("child").split(separator: "\n")[0]
    let first = try runner(of: console)
    let supervisor = try parent(of: String(child))
    for (pid, name) in [
      (String(child), "cmdline"), (String(child), "environ"),
      (String(first), "cmdline"), (String(first), "environ"),
      (supervisor, "cmdline"), (supervisor, "environ"),
    ] {
      let seen = try #require(FileManager.default.contents(atPath: "/proc/\(pid)/\(name)"))
      #expect(!seen.isEmpty || name == "environ")
      #expect(hunt.found(in: seen) == [], "\(pid) \(name)")
    }
    for pid in [String(first), String(try console.tmux.pid()), supervisor, String(child)] {
      let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
      let core = try #require(limits.split(separator: "\n").first { $0.contains("core file size") })
      #expect(core.split(separator: " ").filter { $0 == "0" }.count == 2, "\(core)")
    }

    kill(first, SIGKILL)
    try console.tmux.wait(for: "The runner has ended")
    try console.tmux.press("t")
    try console.tmux.wait(for: "its runner died")
    try console.tmux.press("Tab", "Enter")
    // The command that has it goes on and is awaited; the next one needs it anew.
    try Waiting.until("the adoption") {
      try console.timeline().types(of: "hold").last == "step.adopted"
    }
    try place.folder.write("", to: "go")
    try Waiting.until("the end of the step") {
      try console.timeline().types(of: "hold").last == "step.ended"
    }
    try give(place.password, to: console, on: "later")
    try console.tmux.wait(for: "The run is over: completed")
    #expect(try runner(of: console) != first || kill(first, 0) != 0)

    // The output on the step's screen is the redacted one.
    try console.tmux.press("Enter")
    try console.tmux.wait(for: "[secret ")
    #expect(hunt.found(in: try screen(console)) == [])

    let given = try console.timeline().lines.filter { $0.type == "secret.given" }
    #expect(given.count == 2)
    #expect(Set(given.map(\.text)).count == 1, "one mark, from two runners")
    let (places, read) = try hunt.found(below: console.state.path)
    #expect(places.isEmpty)
    #expect(read > 5)
    #expect(place.text("received").contains(place.password))
    try console.verify()
  }

  @Test("plain mode asks without echo", .timeLimit(.minutes(1)))
  func plain() throws {
    let place = try place()
    try place.folder.write("", to: "go")
    let console = try ConsoleSession(
      columns: 110,
      ["run", "secret", "--as", "tomas", "--unattended"] + place.options
    )
    try console.tmux.wait(for: "inputs.password (of the relay), not shown:")
    try console.tmux.type(place.password)
    try console.tmux.press("Enter")
    try console.tmux.wait(for: "completed")
    let hunt = SecretHunt(for: place.password)
    #expect(hunt.found(in: try screen(console)) == [])
    #expect(try hunt.found(below: console.state.path).places.isEmpty)
    #expect(place.text("received").contains(place.password))
    try console.verify()
  }

  @Test("typed into the form that starts the run", .timeLimit(.minutes(1)))
  func start() throws {
    let place = try place()
    try place.folder.write("", to: "go")
    let console = try ConsoleSession(columns: 110, ["--as", "tomas"] + place.options)
    try console.openRunbooks()
    try console.tmux.wait(for: "Secrets")
    try console.tmux.press("Enter")
    try console.tmux.wait(for: "Start it?")
    try console.tmux.type(place.password)
    let hunt = SecretHunt(for: place.password)
    #expect(hunt.found(in: try screen(console)) == [])
    try console.tmux.press("Enter", "Space", "Enter")
    try console.tmux.wait(for: "The run is over: completed")
    #expect(hunt.found(in: try screen(console)) == [])
    #expect(try hunt.found(below: console.state.path).places.isEmpty)
    #expect(place.text("received").contains(place.password))
    try console.verify()
  }
}
