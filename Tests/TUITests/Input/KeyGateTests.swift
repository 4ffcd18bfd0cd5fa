import Testing

@testable import TUI

@Suite("Keys act on what was to be seen")
struct KeyGateTests {
  private let start = ContinuousClock.now

  private func opened() -> KeyGate<String> {
    var gate = KeyGate<String>()
    gate.shown("list", isInputWaiting: false, now: start)
    return gate
  }

  @Test("a key pressed at what is shown is a key")
  func plain() {
    var gate = opened()
    #expect(gate.admit(.key("a"), at: "list", now: start) == .key("a"))
    gate.took(leadingTo: "question")
    gate.shown("question", isInputWaiting: false, now: start)
    #expect(gate.admit(.key(.tab), at: "question", now: start) == .key(.tab))
  }

  @Test("one that was there before the place was drawn is not")
  func waiting() {
    var gate = opened()
    _ = gate.admit(.key("a"), at: "list", now: start)
    gate.took(leadingTo: "question")
    #expect(gate.admit(.key("w"), at: "question", now: start) == .burst(["w"]))
    gate.shown("question", isInputWaiting: true, now: start)
    #expect(gate.admit(.key("w"), at: "question", now: start) == .burst(["w"]))
    #expect(gate.admit(.key("w"), at: "question", now: start) == .key("w"))
  }

  @Test("nor is one on a place that came by itself, before anybody can have read it")
  func byItself() {
    var gate = opened()
    #expect(gate.admit(.key("p"), at: "run", now: start) == .burst(["p"]))
    gate.took(leadingTo: "run")
    gate.shown("run", isInputWaiting: false, now: start)
    #expect(gate.admit(.key("p"), at: "run", now: start + .milliseconds(99)) == .burst(["p"]))
    #expect(gate.admit(.key("p"), at: "run", now: start + .milliseconds(100)) == .key("p"))
  }

  @Test(
    "nor the one that came with a new size, the end of a stop, or a paste",
    arguments: [
      .resize(Size(columns: 80, rows: 24)), .signal(.resumed), .paste("x"),
    ] as [InputEvent]
  )
  func disturbed(event: InputEvent) {
    var gate = opened()
    #expect(gate.admit(event, at: "list", now: start) == event)
    gate.took(leadingTo: "list")
    #expect(gate.admit(.key(.enter), at: "list", now: start) == .burst([.enter]))
    gate.shown("list", isInputWaiting: false, now: start)
    #expect(gate.admit(.key(.enter), at: "list", now: start) == .burst([.enter]))
    let later = start + KeyGate<String>.reaction
    #expect(gate.admit(.key(.enter), at: "list", now: later) == .key(.enter))
  }

  @Test("enter says yes to the focus that was drawn, not to where it will be")
  func unshownFocus() {
    var gate = opened()
    _ = gate.admit(.key(.tab), at: "list", now: start)
    gate.took(leadingTo: "list")
    #expect(gate.admit(.key(.enter), at: "list", now: start) == .burst([.enter]))
  }
}
