internal import Foundation

/// The folder of the lab's recorded answers.
public enum LabAnswers {
  /// The root of the checkout.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Where they are, a folder a state.
  public static let folder = root + "/Tests/ClusterOpsTests/LabAnswers"

  /// The site they are of.
  public static let site = root + "/deploy/lab/site"

  /// The most bytes of one.
  private static let limit = 256 << 10

  /// What stands for the checkout's own path.
  private static let mark = "{checkout}"

  /// The scenario that describes a state to the simulated world.
  public static func scenario(_ state: LabState) -> String { "\(folder)/\(state)/world.yaml" }

  /// The recorded answer to a question; nil: there is none.
  public static func read(_ question: LabQuestion) throws -> LabAnswer? {
    let path = "\(folder)/\(question).json"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let text = try String(contentsOfFile: path, encoding: .utf8).replacing(mark, with: root)
    return try JSONDecoder().decode(LabAnswer.self, from: Data(text.utf8))
  }

  /// Keeps an answer.
  ///
  /// - Throws: where it is too long or holds a secret.
  public static func write(_ answer: LabAnswer, to question: LabQuestion) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(answer), as: UTF8.self)
      .replacing(root, with: mark)
    guard text.utf8.count <= limit else {
      throw LabFault("\(question): an answer of \(text.utf8.count) bytes is too long to keep")
    }
    if let secret = secrets.first(where: { text.contains($0) }) {
      throw LabFault("\(question): the answer holds a secret, by its ‘\(secret)’, and is not kept")
    }
    try FileManager.default.createDirectory(
      atPath: "\(folder)/\(question.state)",
      withIntermediateDirectories: true
    )
    try (text + "\n").write(toFile: "\(folder)/\(question).json", atomically: true, encoding: .utf8)
  }

  /// What is part of secrets and of nothing else: keys, the hashes of passwords, tokens.
  private static let secrets = [
    "PRIVATE KEY", "{ARGON2", "{BLF-CRYPT}", "{SHA512-CRYPT}", "$argon2", "$6$", "Bearer ",
    "hmac-sha256:",
  ]

  /// The questions whose answers are kept, as `STATE/NAME`.
  public static func kept() throws -> Set<String> {
    var names: Set<String> = []
    for state in try FileManager.default.contentsOfDirectory(atPath: folder) {
      var isFolder: ObjCBool = false
      guard
        FileManager.default.fileExists(atPath: folder + "/" + state, isDirectory: &isFolder),
        isFolder.boolValue
      else { continue }
      for file in try FileManager.default.contentsOfDirectory(atPath: folder + "/" + state)
      where file.hasSuffix(".json") { names.insert("\(state)/\(file.dropLast(5))") }
    }
    return names
  }
}
