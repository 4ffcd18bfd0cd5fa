import Glibc
import TestSupport
import Testing

@testable import Runbooks

@Suite("The head of a runbook") struct RunbookHeadTests {
  private static let steps = "steps:\n  - {id: a, title: A, note: Hello.}\n"

  private func runbook(_ lines: [String]) -> [UInt8] {
    Array((lines.map { $0 + "\n" }.joined() + Self.steps).utf8)
  }

  private static let plain = [
    "apiVersion: mailconsole/v1", "kind: Wave", "id: wave-1", "title: First wave",
    "version: 1.0.0", "owner: E4", "summary: What it is for.",
  ]

  /// The usual head with one of its lines, by its key, written in another way.
  private func with(_ line: String) -> [UInt8] {
    let key = line.prefix { $0 != ":" } + ":"
    return runbook(Self.plain.map { $0.hasPrefix(key) ? line : $0 })
  }

  @Test("of every shipped runbook is read from its lines alone, and is that of the whole")
  func shipped() throws {
    let directory = ConsoleBinary(state: "/nowhere").root + "/runbooks"
    let heads = RunbookHead.all(in: directory)
    #expect(!heads.isEmpty)
    for head in heads {
      let bytes = try FileReading.bytes(of: head.path)
      guard case .head(let texts) = HeadLines.read(bytes) else {
        Issue.record("\(head.path) is not read from its lines")
        continue
      }
      let whole = try #require(RunbookHead.read(yaml: bytes, path: head.path))
      #expect(RunbookHead(texts, path: head.path) == whole)
      #expect(head == whole)
    }
  }

  @Test(
    "is read as YAML has it where its lines may be taken as they are",
    arguments: [
      "title: \"Wave 1: the first\"", "title: It's the 2nd, isn't it?", "title:   wide   inside  ",
      "summary: >-\n  Two lines\n  of it.", "summary: >-\n    Deep.\n\n\n# and a remark",
      "title: \"# no remark\"", "title: a#b:c", "title: x\n\n# remark",
      "title: x\nlocks:\n- {name: a, scope: cluster}\n# remark\n\n- {name: b, scope: cluster}",
    ]
  )
  func lines(_ line: String) throws {
    let bytes = with(line)
    guard case .head(let texts) = HeadLines.read(bytes) else {
      Issue.record("not read from its lines")
      return
    }
    let reading = Samples.loader.read(bytes: bytes, path: "a.yaml")
    #expect(RunbookHead(texts, path: "a.yaml") == reading.value.map { RunbookHead($0) })
  }

  @Test(
    "is left to libyaml where YAML could mean something else, and is the same",
    arguments: [
      "title: 'single'", "title: \"esc\\u0061pe\"", "title: goes\n  on", "title: goes\n\n  on",
      "title: caf\u{E9}", "title: yes # or no", "title:\n  below", "summary: |-\n  As it\n  is.",
      "summary: >-\n  More\n    inside.", "summary: >-\n  A blank\n\n  inside.",
      "summary: >\n  With an end.", "\"title\": quoted key", "title : blank before the colon",
      "title: crlf\r",
    ]
  )
  func others(_ line: String) throws {
    let key = line.contains("title") ? "title" : "summary"
    let written = runbook(Self.plain.map { $0.hasPrefix(key) ? line : $0 })
    #expect(HeadLines.read(written) == .unclear)
    let whole = try #require(Samples.loader.read(bytes: written, path: "a.yaml").value)
    #expect(RunbookHead.read(yaml: written, path: "a.yaml") == RunbookHead(whole))
  }

  @Test("in its lines is never another than libyaml's, whatever happens to them", arguments: 0..<8)
  func mutated(seed: Int) {
    let pieces = [
      "\n", " ", "  ", "\t", ":", ": ", "- ", "#", " #", "'", "\"", "\\", ">-", "|", "---\n",
      "...\n", "\nid: other\n", "\nsteps:\n", "\ntitle: x\n", "&a ", "*a", "!t ", "[", "{", "}",
      "true", "~", "0x1", "\r", "\u{0}", "\u{85}", "\u{FEFF}", "%", "<<: ", "? ", ", ",
    ]
    var generator = SeededGenerator(seed: UInt64(seed))
    let original = with("summary: >-\n  Two lines\n  of it.")
    var read = 0
    for _ in 0..<400 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        if Bool.random(using: &generator) {
          bytes.insert(
            contentsOf: (pieces.randomElement(using: &generator) ?? "").utf8,
            at: place
          )
        } else {
          bytes.removeSubrange(
            place..<min(bytes.count, place + Int.random(in: 1...12, using: &generator))
          )
        }
      }
      guard case .head(let texts) = HeadLines.read(bytes),
        let whole = Samples.loader.read(bytes: bytes, path: "a.yaml").value
      else { continue }
      read += 1
      #expect(
        RunbookHead(texts, path: "a.yaml") == RunbookHead(whole),
        "\(String(decoding: bytes, as: UTF8.self))"
      )
    }
    #expect(read > 5, "hardly anything was compared")
  }

  @Test("names the same runbooks as the library, whatever else lies there")
  func directory() throws {
    func text(_ id: String) -> String {
      Samples.runbook("  - {id: a, note: Hello.}\n").replacing(
        "id: queue-triage",
        with: "id: \(id)"
      )
    }
    let folder = try TemporaryFolder([
      "operations/deep/a.yaml": text("two"), "operations/b.yaml": text("one"),
      "operations/c.yaml": text("one").replacing("Queue triage", with: "Again"),
      "operations/broken.yaml": "a: b: c\n", "exercises/x.yaml": "kind: Exercise\nid: x\n",
      "checks/check.yaml": text("check"), "operations/empty.yaml": "",
    ])
    #expect(mkfifo(folder.path + "/operations/fifo.yaml", 0o600) == 0)
    let library = RunbookLibrary(directory: folder.path, loader: Samples.loader)
    #expect(RunbookHead.all(in: folder.path) == library.runbooks.map { RunbookHead($0) })
    #expect(library.runbooks.map(\.id.name) == ["one", "two"])
    #expect(RunbookHead.all(in: "/nowhere").isEmpty)
  }

  @Test("is there though the rest of the file is broken or long")
  func rest() throws {
    let summary = "summary: " + String(repeating: "long ", count: 2_000) + "x"
    let broken = String(decoding: runbook(Self.plain), as: UTF8.self) + "  - [: broken\n"
    let folder = try TemporaryFolder([
      "long.yaml": String(decoding: with(summary), as: UTF8.self),
      "broken.yaml": broken.replacing("wave-1", with: "wave-2"),
    ])
    #expect(RunbookHead.all(in: folder.path).map(\.id.name) == ["wave-1", "wave-2"])
  }
}
