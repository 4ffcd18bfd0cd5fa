internal import Runbooks
internal import TUI

/// The files that show what a step did, or that a sign-off binds; each opens.
struct EvidenceScreen: ListScreen {
  /// What they are evidence of.
  let title: String
  let files: [EvidenceReference]
  var list = ListState()
  var filter: TextFilter?

  init(title: String, files: [EvidenceReference]) {
    self.title = title
    self.files = files
  }

  /// The files shown.
  var rows: [EvidenceReference] {
    guard let matches = filter?.matcher() else { return files }
    return files.filter { matches("\($0.name) \($0.mediaType) \($0.blob.digest.hex)") }
  }

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    let rows = rows
    TableView(
      columns: [
        TableColumn("name", width: .flexible(minimum: 16, weight: 2)),
        TableColumn("kind", width: .flexible(minimum: 12)),
        TableColumn("size", width: .fixed(9), alignment: .trailing),
        TableColumn("SHA-256", width: .fixed(13)),
      ],
      count: rows.count,
      state: list,
      emptyText: "No file matches."
    ) { index in
      let file = rows[index]
      return [
        StyledText(file.name, .strong),
        StyledText(file.mediaType, .dim),
        StyledText(ByteText.short(file.blob.length)),
        StyledText(file.blob.digest.short, .dim),
      ]
    }
    .draw(in: rect, on: &frame)
  }
}

/// Its keys, and what they do.
extension EvidenceScreen {
  static let keys: KeyContext = "evidence"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "enter",
      "l",
      "v",
      "right",
      action: .open,
      command: "open",
      label: "open",
      help: "Read the file.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    )
  ]

  func crumb(in model: ConsoleModel) -> String { title }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? { (rows.count, files.count) }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    guard action == .open else { return nil }
    return selected.map { ScreenRequest.read($0) } ?? []
  }

  func plain(_ model: ConsoleModel) -> [String] {
    rows.map { file in
      file.name.padding(to: 30) + file.mediaType.padding(to: 26)
        + ByteText.short(file.blob.length).padding(to: 9) + file.blob.digest.hex
    }
  }
}
