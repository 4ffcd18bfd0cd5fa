import Foundation
import TestSupport
import Testing

@testable import Runbooks

/// What `new site` writes is what the loader reads.
@Suite struct NewSiteTests {
  /// What breaks a writer of YAML: its signs, quotes, escapes, words of other types, and letters
  /// that nobody sees.
  private static let pieces = [
    "a", "Z", "7", "ß", "邮", "🛰", "e\u{301}", " ", "  ", ":", ": ", " #", "#", "'", "\"", "\\",
    "\\n",
    "{", "}", "[", "]", ",", "&a", "*a", "!t", "|", ">", "%", "@", "`", "-", "- ", "?", "? ", "~",
    "null", "yes", "No", "true", "0x1f", "1e3", "017", "2026-11-22", "12:30", ".inf", "---", "...",
    "=", "<<", "\t", "\u{A0}", "\u{85}", "\u{2028}", "\u{202E}", "\u{200D}", "\u{FEFF}", "\u{7F}",
    "\u{E000}", "\u{FFFE}", "\u{1}", "\r", "\n",
  ]

  private static func text(_ generator: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...5, using: &generator))
      .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
  }

  private func read(_ site: NewSite) throws -> Reading<Site> {
    let folder = try TestSupport.TemporaryFolder()
    for file in site.files { try folder.write(file.text, to: file.name) }
    return SiteLoader.read(directory: folder.path)
  }

  private static func answers() -> [SiteQuestion: [String]] {
    [
      .name: ["lab"], .domain: ["example.test"], .address: ["198.51.100.25", "2001:db8::25"],
      .node: ["mail-node"], .person: ["erin=E1,E2", "marek E3 SO"],
    ]
  }

  @Test("any text comes back as it was, as key, as value, in a list and in brackets")
  func texts() throws {
    var generator = SeededGenerator(seed: 1)
    // `<<` is refused as a key however it is written.
    let all = (Self.pieces + (0..<3_000).map { _ in Self.text(&generator) }).filter { $0 != "<<" }
    for text in all {
      let word = OrderedJSON.string(text)
      let yaml = OrderedJSON.object([
        (text, word), ("list", [word, word]), ("deep", .object([(text, .array([word]))])),
        ("rows", .array([.object([(text, word)])])),
      ]).yaml
      var problems: [RunbookProblem] = []
      let source = SourceText(file: "made.yaml", bytes: Array(yaml.utf8))
      let root = try #require(
        YAMLDocument.read(source, problems: &problems)?.root,
        "\(text.debugDescription): \(problems)"
      )
      #expect(problems.isEmpty, "\(text.debugDescription): \(problems)")
      var found: [String] = []
      func gather(_ node: YAMLNode) throws {
        switch node.content {
        case .scalar(let scalar):
          // A text for the loader too, not a number or a truth.
          #expect(try scalar.coreValue() == .string(scalar.text), "\(yaml)")
          found.append(scalar.text)
        case .sequence(let nodes): for node in nodes { try gather(node) }
        case .mapping(let fields):
          for field in fields {
            if !["list", "deep", "rows"].contains(field.key) { found.append(field.key) }
            try gather(field.value)
          }
        }
      }
      try gather(root)
      #expect(
        found.count == 8 && found.allSatisfy { Array($0.utf8) == Array(text.utf8) },
        "\(yaml)"
      )
    }
  }

  @Test("a whole site of hostile answers is read as it was meant, or the answer is refused")
  func sites() throws {
    var generator = SeededGenerator(seed: 2)
    var taken = 0
    for _ in 0..<300 {
      var site = NewSite(directory: "/srv/lab", isTabletop: false, answers: Self.answers())
      let context = Self.text(&generator)
      let words = ["ssh"] + (0..<3).map { _ in Self.text(&generator) }
      let list = OrderedJSON.object([("x", .array(words.map(OrderedJSON.string)))]).yaml
      let answers: [SiteQuestion: String] = [
        .context: context, .workload: Self.text(&generator),
        .outside: String(list.dropFirst(3).dropLast()),
      ]
      for (question, answer) in answers where site.refusal(of: answer, to: question) == nil {
        site.answers[question] = [answer]
      }
      #expect(site.refusals.isEmpty)
      let read = try self.read(site)
      let loaded = try #require(read.value, "\(read.problems)")
      #expect(read.problems.isEmpty)
      #expect(loaded.addresses == ["198.51.100.25", "2001:db8::25"])
      #expect(
        loaded.kubernetes.context.map { Array($0.utf8) }
          == site.answers[.context].map { Array($0[0].utf8) }
      )
      if let workload = site.answers[.workload] {
        #expect(loaded.kubernetes.workload == workload[0])
      }
      if site.answers[.outside] != nil {
        taken += 1
        #expect(loaded.vantages.first?.via == words)
      }
      #expect(loaded.operators.map(\.name) == ["erin", "marek"])
      #expect(loaded.operators[1].roles == [Role("E3"), Role("SO")])
    }
    #expect(taken > 50)
  }

  @Test(
    "what is no answer is refused with the reason",
    arguments: [
      (SiteQuestion.name, "Lab One", "is not an id"), (.domain, "example", "is not a domain name"),
      (.domain, "exa\u{7}mple.test", "a control character (U+7)"),
      (.mailHost, "mail.-x.test", "is not a domain name"),
      (.address, "198.51.100.256", "is not an address"),
      (.address, "198.51.100.25", "already there"),
      (.node, "mail node", "is not the name of a node"),
      (.context, "--v=9", "begins with a hyphen"),
      (.workload, "  ", "blank"), (.outside, "ssh -o 'A b' h", "no shell reads it"),
      (.outside, "[]", "the list is empty"), (.outside, "[ssh, [x]]", "a list"),
      (.outside, "-T h", "names no program"), (.person, "erin", "is not a name and its roles"),
      (.person, "erin=1", "is not a role"), (.person, "-x=E1", "is not the name of an operator"),
      (.person, "erin=E4", "already there"),
    ] as [(SiteQuestion, String, String)]
  )
  func refused(question: SiteQuestion, answer: String, words: String) {
    let site = NewSite(directory: "/srv/lab", isTabletop: false, answers: Self.answers())
    let reason = site.refusal(of: answer, to: question)?.description ?? "taken"
    #expect(reason.contains(words), "\(reason)")
    #expect(!reason.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test("what has no default is missing; the rest has one, the directory's name among them")
  func defaults() throws {
    var site = NewSite(directory: "/srv/mail-lab/", isTabletop: false)
    #expect(site.unanswered == [.domain, .mailHost, .address, .node, .person])
    site.answers = Self.answers()
    site.answers[.name] = nil
    #expect(site.unanswered.isEmpty)
    let loaded = try #require(try read(site).value)
    #expect(loaded.name == "mail-lab")
    #expect(loaded.mailHost == "mail.example.test")
    #expect(loaded.stage == "build")
    #expect(loaded.kubernetes.context == nil)
    #expect(loaded.vantages.isEmpty)
    #expect(NewSite(directory: "/srv/Mail Lab", isTabletop: false).unanswered.contains(.name))
  }

  @Test("a tabletop has a world that loads, and ways to both vantages")
  func tabletop() throws {
    let folder = try TestSupport.TemporaryFolder()
    let site = NewSite(directory: "/srv/lab", isTabletop: true, answers: Self.answers())
    for file in site.files { try folder.write(file.text, to: file.name) }
    let loaded = try #require(SiteLoader.read(directory: folder.path).value)
    #expect(loaded.vantages.map(\.name) == ["outside", "node"])
    let scenario = try #require(loaded.scenario)
    let world = ScenarioLoader.read(path: scenario)
    #expect(world.problems.isEmpty)
    #expect(world.value != nil)
  }
}
