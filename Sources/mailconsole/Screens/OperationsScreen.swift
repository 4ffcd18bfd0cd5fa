internal import ClusterOps
internal import Runbooks
internal import TUI

/// The catalogue: every operation a step can name, with its parameters and their defaults.
struct OperationsScreen: ListScreen {
  static let keys: KeyContext = "operations"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      action: .show(.operations),
      command: "operations",
      label: "operations",
      help: "List the operations a step can name; enter shows one in full.",
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "open",
      help: "Show the operation: risk, parameters, defaults, results.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
  ]

  static func opening(in model: ConsoleModel) -> [ScreenRequest] {
    [.push(OperationsScreen(operations: OperationCatalogue.standard().declarations))]
  }

  let operations: [OperationDeclaration]
  var list = ListState()
  var filter: TextFilter?

  init(operations: [OperationDeclaration]) { self.operations = operations }

  /// The operations shown.
  var rows: [OperationDeclaration] {
    guard let matches = filter?.matcher() else { return operations }
    return operations.filter { matches("\($0.name) \($0.risk.rawValue) \($0.summary)") }
  }

  func crumb(in model: ConsoleModel) -> String { "operations" }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? {
    (rows.count, operations.count)
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    guard action == .open else { return nil }
    guard let selected else { return [] }
    let page = selected.page().joined(separator: "\n")
    return [.push(TextScreen(title: selected.name.name, bytes: Array(page.utf8)))]
  }

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    let rows = rows
    let (details, table) = rect.splitBottom(min(9, rect.rows / 2))
    TableView(
      columns: [
        TableColumn("operation", width: .fixed(22)),
        TableColumn("risk", width: .fixed(12)),
        TableColumn("what it does", width: .flexible(minimum: 20)),
      ],
      count: rows.count,
      state: list,
      emptyText: "No operation matches."
    ) { index in
      let operation = rows[index]
      return [
        StyledText(operation.name.name, .strong),
        StyledText(operation.risk.rawValue, operation.risk == .read ? .dim : .warning),
        StyledText(operation.summary),
      ]
    }
    .draw(in: table, on: &frame)
    if let selected { drawDetails(selected, in: details, on: &frame) }
  }

  /// What a step gives it, and what it is where a step gives none.
  private func drawDetails(
    _ operation: OperationDeclaration,
    in rect: Rect,
    on frame: inout Frame
  ) {
    guard rect.rows > 1 else { return }
    frame.horizontalRule(in: rect, title: StyledText(operation.name.name, .heading))
    let body = rect.splitTop(1).rest.inset(columns: 2)
    frame.draw(operation.riskWords, in: body.row(0), style: .dim)
    let room = max(0, body.rows - 1)
    let parameters = operation.parameters
    let fits = parameters.count <= room ? parameters.count : max(0, room - 1)
    let width = parameters.map { $0.name.count }.max() ?? 0
    for (row, parameter) in parameters.prefix(fits).enumerated() {
      let need = parameter.isRequired ? "required; " : ""
      frame.draw(
        [.init(parameter.name.padding(to: width + 2), .accent), .init(need + parameter.sentence)],
        in: body.row(1 + row)
      )
    }
    guard fits < parameters.count, room > 0 else { return }
    let more = CountText.of(parameters.count - fits, "more parameter")
    frame.draw("\(more); enter shows all", in: body.row(1 + fits), style: .dim)
  }

  func plain(_ model: ConsoleModel) -> [String] { rows.map(\.line) }
}
