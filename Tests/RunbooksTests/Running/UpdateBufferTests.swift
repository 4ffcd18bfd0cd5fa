import Testing

@testable import Runbooks

/// Updates on their way to a watcher that is slow.
@Suite("Updates that wait") struct UpdateBufferTests {
  private func piece(_ number: Int) -> RunUpdate {
    .output(
      OutputPiece(
        step: StepID("a"),
        attempt: 1,
        offset: number * 10,
        bytes: Array(repeating: 1, count: 10)
      )
    )
  }

  @Test("a flood of output takes no event away, and its newest is there")
  func flood() async {
    let buffer = UpdateBuffer(events: 10, output: 100)
    buffer.add(.stopped(.corrupt(path: "first", detail: "")))
    for number in 0..<1_000 { buffer.add(piece(number)) }
    buffer.add(.stopped(.corrupt(path: "last", detail: "")))
    buffer.finish()
    #expect(!buffer.add(piece(0)))
    var offsets: [Int] = []
    var others = 0
    for await update in buffer.updates() {
      if case .output(let piece) = update { offsets.append(piece.offset) } else { others += 1 }
    }
    #expect(others == 2)
    #expect(offsets == Array(stride(from: 9_900, to: 10_000, by: 10)))
  }

  @Test("a lane keeps its newest whatever its size, and the order over all lanes holds")
  func lanes() {
    var queue = LaneQueue<String>(limits: [nil, 3])
    let answer1 = queue.append("a", size: 9, to: 0)
    #expect(!answer1)
    let answer2 = queue.append("b", size: 2, to: 1)
    #expect(!answer2)
    let answer3 = queue.append("c", size: 9, to: 1)
    #expect(answer3)
    let answer4 = queue.append("d", size: 9, to: 0)
    #expect(!answer4)
    #expect(queue.size(of: 1) == 9)
    var taken: [String] = []
    while let next = queue.popFirst() { taken.append(next) }
    #expect(taken == ["a", "c", "d"])
    #expect(queue.isEmpty)
  }

  @Test("a piece that is split tells where each part lies")
  func split() {
    let piece = OutputPiece(step: StepID("a"), attempt: 2, offset: 7, bytes: [1, 2, 3, 4, 5])
    let parts = piece.split(into: 2)
    #expect(parts.map(\.offset) == [7, 9, 11])
    #expect(parts.flatMap(\.bytes) == piece.bytes)
    #expect(parts.allSatisfy { $0.attempt == 2 })
  }
}

/// What the engine does not do: obey late, or begin a step twice.
@Suite("Late commands and doubled starts") struct LateCommandTests {
  @Test("a command that is taken up after its time is refused and leaves no trace")
  func expired() async throws {
    try await Fixtures.withState { store in
      let clock = ManualRunClock(wall: Fixtures.start)
      let runbook = Fixtures.runbook([Fixtures.manual("x")])
      let (engine, run) = try await Fixtures.engine(store, runbook, clock: clock)
      let until = clock.read().monotonicNanoseconds + 5_000_000_000
      try await engine.submit(.note(nil, text: "in time"), by: "bo", until: until)
      clock.advance(by: .seconds(5))
      try await engine.submit(.note(nil, text: "just in time"), by: "bo", until: until)
      let before = try run.entries().count
      clock.advance(by: .seconds(60))
      let late = await Task {
        try await engine.submit(.note(nil, text: "late"), by: "bo", until: until)
      }.result
      #expect { try late.get() } throws: { "\($0)".contains("note came 60 s too late") }
      #expect(try run.entries().count == before)
    }
  }

  @Test("a step of which something is under way is not begun")
  func doubled() async throws {
    try await Fixtures.withState { store in
      let ledger = Ledger()
      let runbook = Fixtures.runbook([
        Fixtures.step("x", .operation(Fixtures.call("op")), risk: .change)
      ])
      let (engine, _) = try await Fixtures.engine(store, runbook, [FakeOperation("op", ledger)])
      await engine.set(StepID("x"), inFlight: true)
      #expect(try await engine.advance() == false)
      #expect(ledger.lines.isEmpty)
      await engine.set(StepID("x"), inFlight: false)
      #expect(try await engine.drive() == .ended(.completed, summary: "1 of 1 steps done"))
      #expect(ledger.lines.count == 1)
    }
  }
}

extension RunEngine {
  fileprivate func set(_ step: StepID, inFlight isInFlight: Bool) {
    if isInFlight { inFlight.insert(step) } else { inFlight.remove(step) }
  }
}
