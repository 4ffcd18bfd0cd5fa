/// What a list shows of a runbook, read from the beginning of its file alone.
///
/// Whether the rest of the file is sound is for ``RunbookLoader`` and ``Linter``.
public struct RunbookHead: Sendable, Hashable {
  public let id: RunbookID
  public let kind: Runbook.Kind
  public let title: String
  /// Semantic version of the text.
  public let version: String
  /// The role that answers for the text.
  public let owner: Role
  public let summary: String
  /// The path of the file.
  public let path: String

  /// The head of a runbook that was read in full.
  public init(_ runbook: Runbook) {
    id = runbook.id
    kind = runbook.kind
    title = runbook.title
    version = runbook.version
    owner = runbook.owner
    summary = runbook.summary
    path = runbook.source.path
  }

  init?(_ texts: HeadLines.Texts, path: String) {
    guard let kind = Runbook.Kind(rawValue: texts.kind), kind != .exercise,
      Names.isSlug(texts.id), Names.isVersion(texts.version), Names.isRole(texts.owner)
    else { return nil }
    id = RunbookID(texts.id)
    self.kind = kind
    title = texts.title
    version = texts.version
    owner = Role(texts.owner)
    summary = texts.summary
    self.path = path
  }
}

extension RunbookHead {
  /// How much of a file is read before all of it is: heads are a tenth of that.
  private static let beginning = 4_096

  /// The heads of the runbooks that ``RunbookLibrary`` would read, in the order of the ids; of two
  /// files with one id that of the first.
  ///
  /// A file whose beginning cannot be read has none; why is among the problems of the library.
  public static func all(in directory: String) -> [RunbookHead] {
    var problems: [RunbookProblem] = []
    var byID: [RunbookID: RunbookHead] = [:]
    for path in RunbookLibrary.files(in: directory, problems: &problems) {
      guard let head = read(path: path), byID[head.id] == nil else { continue }
      byID[head.id] = head
    }
    return byID.values.sorted { $0.id < $1.id }
  }

  /// The head of one file; nil when it has none that can be read.
  static func read(path: String) -> RunbookHead? {
    guard let bytes = FileReading.beginning(of: path, most: beginning) else { return nil }
    switch HeadLines.read(bytes) {
    case .head(let texts): return RunbookHead(texts, path: path)
    case .other: return nil
    case .unclear: break
    }
    guard let whole = try? FileReading.bytes(of: path) else { return nil }
    return read(yaml: whole, path: path)
  }

  /// Reads a head that is written in any way YAML allows.
  ///
  /// What follows the key `steps` is cut off: a block mapping's key at the margin ends all that is
  /// above it (YAML 1.2.2 §8.2.2).
  static func read(yaml bytes: [UInt8], path: String) -> RunbookHead? {
    typealias Keys = RunbookFields
    var problems: [RunbookProblem] = []
    let source = SourceText(file: path, bytes: Array(bytes[..<HeadLines.end(of: bytes)]))
    guard let document = YAMLDocument.read(source, problems: &problems) else { return nil }
    var reader = Reader(document)
    guard let fields = reader.fields(of: document.root, in: Keys.table),
      let kind = reader.value(Keys.kind, in: fields),
      let id = reader.value(Keys.id, in: fields),
      let title = reader.value(Keys.title, in: fields),
      let version = reader.value(Keys.version, in: fields),
      let owner = reader.value(Keys.owner, in: fields),
      let summary = reader.value(Keys.summary, in: fields)
    else { return nil }
    return RunbookHead(
      .init(
        kind: kind.rawValue,
        id: id.name,
        title: title,
        version: version,
        owner: owner.name,
        summary: summary
      ),
      path: path
    )
  }
}
