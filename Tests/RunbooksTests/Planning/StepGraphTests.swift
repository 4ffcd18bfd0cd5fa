import Testing

@testable import Runbooks

@Suite("The step graph") struct StepGraphTests {
  private func graph(_ steps: String) throws -> StepGraph {
    StepGraph(try Samples.loader.read(text: Samples.runbook(steps), path: "f").get())
  }

  private let diamond = """
      - {id: d, note: x, needs: [b, {step: c, on: any}]}
      - {id: b, note: x, needs: [a]}
      - {id: c, manual: "Say \\"yes\\"", title: 'Ask <them> "now"', needs: [a]}
      - {id: a, check: postfix.queue, with: {namespace: m}, pass: true}
      - {id: e, note: x}

    """

  @Test("orders each step after all it needs, and else as the file does")
  func order() throws {
    #expect(try graph(diamond).order.map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(
      try graph("  - {id: z, note: x}\n  - {id: a, note: x}\n").order.map(\.name) == ["z", "a"]
    )
  }

  @Test("knows who waits for whom, and for which end")
  func edges() throws {
    let graph = try graph(diamond)
    #expect(graph.dependants(of: StepID("a")).map(\.name) == ["b", "c"])
    #expect(graph.ancestors(of: StepID("d")) == Set(["a", "b", "c"].map { StepID($0) }))
    #expect(graph.succeededAncestors(of: StepID("d")) == Set(["a", "b"].map { StepID($0) }))
    #expect(graph.descendants(of: StepID("a")).map(\.name) == ["b", "c", "d"])
    #expect(graph.roots.map(\.name) == ["a", "e"])
    #expect(graph.needs(of: StepID("d")).map(\.on) == [.succeeded, .any])
    #expect(graph.step(StepID("b"))?.id == StepID("b"))
  }

  @Test("of a broken runbook still has every step in its order")
  func broken() {
    let position = SourcePosition(file: "f", line: 1, column: 1)
    func step(_ id: String, _ needs: [String]) throws -> Step {
      Step(
        id: StepID(id),
        title: id,
        body: .note(try Template(parsing: "x", at: position)),
        needs: needs.map { Need(step: StepID($0), position: position) },
        risk: .read,
        position: position
      )
    }
    #expect(throws: Never.self) {
      let runbook = Runbook(
        id: RunbookID("r"),
        kind: .runbook,
        title: "",
        version: "1.0.0",
        owner: Role("E1"),
        summary: "",
        inputs: [],
        steps: [try step("a", ["b"]), try step("b", ["a", "gone"])],
        source: RunbookSource(path: "f", text: "")
      )
      let graph = StepGraph(runbook)
      #expect(Set(graph.order.map(\.name)) == ["a", "b"])
      #expect(graph.problems.count == 2)
    }
  }

  @Test("is drawn as text")
  func text() throws {
    #expect(
      try graph(diamond).formatted(as: .text) == """
        a  check   read  A
        b  note    read  B                 after a
        c  manual  read  Ask <them> "now"  after a
        d  note    read  D                 after b, c (any)
        e  note    read  E

        """
    )
  }

  @Test("is drawn for Mermaid, with every text escaped")
  func mermaid() throws {
    let lines = try graph(diamond).formatted(as: .mermaid).split(separator: "\n").map(String.init)
    #expect(lines[0] == "flowchart TD")
    #expect(lines.contains("  s2[\"c<br>Ask #lt;them#gt; #quot;now#quot;\"]:::read"))
    #expect(lines.contains("  s0 --> s1"))
    #expect(lines.contains("  s2 -. any .-> s3"))
  }

  @Test("is drawn for Graphviz, with every text escaped")
  func dot() throws {
    let lines = try graph(diamond).formatted(as: .dot).split(separator: "\n").map(String.init)
    #expect(lines.first == "digraph runbook {")
    #expect(lines.contains("  \"c\" [label=\"c\\nAsk <them> \\\"now\\\"\", color=\"#555577\"];"))
    #expect(lines.contains("  \"c\" -> \"d\" [style=dashed, label=\"any\"];"))
    #expect(lines.last == "}")
  }
}
