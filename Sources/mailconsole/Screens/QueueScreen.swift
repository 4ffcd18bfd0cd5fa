internal import ClusterOps
internal import TUI

/// The mail queue in groups: by reason, recipient domain, sender or age.
struct QueueScreen: ConsoleScreen {
  static let groupings: [QueueGrouping] = [.reason, .domain, .sender, .age]

  /// What was read; nil while it is being read.
  private(set) var listing: QueueListing?
  /// Why the queue is as full as it is, worked out once for what was read.
  private(set) var causes: [QueueDiagnosis.Cause] = []
  var grouping = QueueGrouping.reason
  var list = ListState()
  var filter: TextFilter?

  /// The groups shown, largest first.
  var groups: [QueueGroup] {
    let matches = filter?.matcher() ?? { _ in true }
    return (listing?.groups(by: grouping) ?? []).filter { matches("\($0.key) \($0.sample)") }
  }

  /// How many groups there are without the filter.
  var groupCount: Int { listing?.groups(by: grouping).count ?? 0 }

  /// Shows what was read.
  private mutating func take(_ listing: QueueListing) {
    self.listing = listing
    causes = listing.report.diagnosis().causes
  }

  private mutating func changeGrouping(by step: Int) {
    let all = Self.groupings
    let index = (all.firstIndex(of: grouping) ?? 0) + step + all.count
    grouping = all[index % all.count]
    list = ListState()
  }

  /// The messages of the group under the pointer.
  private func opened() -> MessagesScreen? {
    let groups = groups
    guard let listing, let index = list.selected(count: groups.count) else { return nil }
    let key = groups[index].key
    return MessagesScreen(
      title: "\(grouping.rawValue) \(key)",
      all: listing.messages(of: key, by: grouping)
    )
  }

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    // The causes stand above the groups, where there is room for both.
    let shown = min(causes.count, max(0, rect.rows / 5))
    let (summary, rest) = rect.splitTop(2 + shown)
    guard let listing else {
      frame.draw("Reading the queue…", in: summary.inset(columns: 2), style: .dim)
      return
    }
    drawSummary(listing, in: summary, on: &frame)
    let (details, table) = rest.splitBottom(min(5, rest.rows / 3))
    let groups = groups
    TableView(
      columns: [
        TableColumn(grouping.rawValue, width: .flexible(minimum: 20, weight: 3)),
        TableColumn("messages", width: .fixed(9), alignment: .trailing),
        TableColumn("held", width: .fixed(7), alignment: .trailing),
        TableColumn("size", width: .fixed(9), alignment: .trailing),
        TableColumn("oldest", width: .fixed(8), alignment: .trailing),
      ],
      count: groups.count,
      state: list,
      emptyText: emptyText(listing)
    ) { index in
      let group = groups[index]
      return [
        StyledText(group.key, .strong),
        StyledText("\(group.messages)"),
        StyledText(group.held > 0 ? "\(group.held)" : "", .warning),
        StyledText(group.bytes > 0 ? ByteText.short(group.bytes) : "", .dim),
        StyledText(
          group.oldest > 0 ? SpanText.short(milliseconds: Int64(group.oldest) * 1000) : "",
          .dim
        ),
      ]
    }
    .draw(in: table, on: &frame)
    if let index = list.selected(count: groups.count) {
      drawGroup(groups[index], in: details, on: &frame)
    }
  }

  /// Why no group is shown; a queue that cannot be read is not an empty one.
  private func emptyText(_ listing: QueueListing) -> String {
    if filter != nil { return "No group matches the filter." }
    if listing.report.isCut {
      return "The end of the listing did not arrive: read the queue again."
    }
    return listing.report.malformed > 0
      ? "No line of the queue was understood." : "The queue is empty."
  }

  private func drawSummary(_ listing: QueueListing, in rect: Rect, on frame: inout Frame) {
    let least = listing.report.isLowerBound ? "at least " : ""
    var line: StyledText = [.init("  \(least)\(listing.report.total) messages", .strong)]
    for queue in QueueName.allCases {
      let count = listing.report.count(in: queue).messages
      if count > 0 { line.append("  \(queue.name) \(count)", queue == .hold ? .warning : .dim) }
    }
    if listing.report.malformed > 0 {
      line.append("  not understood: \(CountText.of(listing.report.malformed, "line"))", .bad)
    }
    if listing.report.isCut { line.append("  cut off: read again", .bad) }
    if let match = matching(listing) { line.append("  \(match)", .warning) }
    frame.draw(line, in: rect.row(0))
    let room = max(0, rect.rows - 2)
    for (row, cause) in causes.prefix(room).enumerated() {
      let more = row == room - 1 && causes.count > room ? causes.count - room : 0
      frame.draw(Self.line(cause, more: more), in: rect.row(1 + row))
    }
    var tabs: StyledText = [.init("  by ", .dim)]
    for grouping in Self.groupings {
      tabs.append(" \(grouping.rawValue) ", grouping == self.grouping ? .selection : .dim)
      tabs.append(" ")
    }
    frame.draw(tabs, in: rect.row(rect.rows - 1))
  }

  /// A cause as `mailconsole queue` prints it.
  private static func line(_ cause: QueueDiagnosis.Cause, more: Int) -> StyledText {
    let held = cause.held > 0 ? " (\(cause.held) on hold)" : ""
    var line: StyledText = [
      .init("  cause  \(String(cause.messages).padding(to: 8))", .strong),
      .init(cause.kind.rawValue.padding(to: 20), .warning),
      .init(cause.subject + held),
    ]
    if more > 0 { line.append("  and \(more) more", .dim) }
    return line
  }

  /// How many of the messages the filter leaves.
  private func matching(_ listing: QueueListing) -> String? {
    guard filter != nil else { return nil }
    return "\(groups.reduce(0) { $0 + $1.messages }) of them match"
  }

  private func drawGroup(_ group: QueueGroup, in rect: Rect, on frame: inout Frame) {
    guard rect.rows > 1 else { return }
    frame.horizontalRule(in: rect, title: StyledText(group.key, .heading))
    let text = group.sample.isEmpty ? "No reason is given." : group.sample
    var body = rect.splitTop(1).rest.inset(columns: 2)
    // What it says and what mends it; the reason itself keeps at least two rows.
    if grouping == .reason, let reason = ReasonClass(word: group.key), body.rows > 2 {
      frame.draw("\(reason.says) (\(reason.fault.words)). \(reason.advice)", in: body.row(0))
      body = body.splitTop(1).rest
    }
    frame.drawWrapped(text, in: body)
  }
}

/// Its keys, and what they do.
extension QueueScreen {
  static let keys: KeyContext = "queue"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "enter",
      "l",
      action: .open,
      command: "open",
      label: "messages",
      help: "List the messages of the group.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "tab",
      "right",
      action: .nextGrouping,
      command: "by-next",
      label: "group by",
      help: "Group by the next of reason, domain, sender, age.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "shift-tab",
      "left",
      action: .previousGrouping,
      command: "by-previous",
      label: "",
      help: "Group by the previous one.",
      context: keys,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "r",
      action: .refresh,
      command: "refresh",
      label: "read again",
      help: "Read the queue again.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
  ]

  private static let reading: [ScreenRequest] = [
    .say(StyledText("Reading the queue…", .dim)), .effect(.readQueue),
  ]

  static func opening(in model: ConsoleModel) -> [ScreenRequest] {
    [.push(QueueScreen())] + reading
  }

  func crumb(in model: ConsoleModel) -> String { "queue" }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? { (groups.count, groupCount) }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    list.move(motion, count: groups.count, page: model.bodyRows)
  }

  mutating func take(_ news: ScreenNews, in model: ConsoleModel) {
    if case .queue(let listing) = news { take(listing) }
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    switch action {
    case .open: return opened().map { [.push($0)] } ?? []
    case .refresh: return Self.reading
    case .nextGrouping: changeGrouping(by: 1)
    case .previousGrouping: changeGrouping(by: -1)
    default: return nil
    }
    return []
  }

  func plain(_ model: ConsoleModel) -> [String] {
    guard let listing else { return ["Reading the queue…"] }
    let report = listing.report
    return QueueText.lines(report, report.diagnosis(), by: [grouping], top: max(1, groupCount))
  }
}
