import Foundation
import TestSupport
import Testing

/// The go-live board, by keys.
@Suite("The plan in a terminal") struct PlanTests {
  @Test(
    "a ticket goes from the board to its signature, and the board shows who signed",
    .timeLimit(.minutes(1)),
    arguments: [(80, 24), (160, 50)]
  )
  func ticket(columns: Int, rows: Int) throws {
    let state = try TemporaryFolder()
    let binary = ConsoleBinary(state: state.path)
    // MS-1 comes after it.
    let answers = binary.root + "/sites/tabletop/answers/p0-1.yaml"
    #expect(try binary.run("run", "p0-1", "--answers", answers).status == 0)

    let console = try ConsoleSession(columns: columns, rows: rows, state: state)
    let tmux = console.tmux
    try console.waitForStatus()
    try console.go(to: "plan", by: "P")
    try tmux.wait(for: "critical path")
    try tmux.press("/")
    try tmux.type("MS-1")
    try tmux.press("Enter")
    try tmux.wait("MS-1 to be ready") {
      $0.contains { $0.contains("MS-1") && $0.contains("ready") }
    }
    try tmux.press("Enter")
    try tmux.wait(for: "Start it?")
    try tmux.press("Space", "Enter")
    try console.act(on: "checked", "Is it done?")
    try console.fill("3f1c2aa", "nothing to say", "on the commit itself")
    try console.choose(1)
    try console.signOff("sign-off", as: "sofia", "Read the difference.")
    try tmux.wait(for: "The run is over: completed")
    try console.go(to: "plan", by: "P")
    try tmux.wait("the signature") { $0.contains { $0.contains("MS-1") && $0.contains("sofia") } }
    try console.verify()
    #expect(try console.leave() == 0)
  }
}
