internal import ClusterOps
internal import TUI

/// The mail queue in groups: by reason, recipient domain, sender or age.
struct QueueScreen: Sendable {
  static let groupings: [QueueGrouping] = [.reason, .domain, .sender, .age]

  /// What was read; nil while it is being read.
  var listing: QueueListing?
  var grouping = QueueGrouping.reason
  var list = ListState()
  var filter: TextFilter?

  /// The groups shown, largest first.
  var groups: [QueueGroup] {
    let matches = filter?.matcher() ?? { _ in true }
    return (listing?.groups(by: grouping) ?? []).filter { matches("\($0.key) \($0.sample)") }
  }

  mutating func move(_ motion: Motion, page: Int) {
    list.move(motion, count: groups.count, page: page)
  }

  mutating func changeGrouping(by step: Int) {
    let all = Self.groupings
    let index = (all.firstIndex(of: grouping) ?? 0) + step + all.count
    grouping = all[index % all.count]
    list = ListState()
  }

  /// The messages of the group under the pointer.
  func opened() -> MessagesScreen? {
    let groups = groups
    guard let listing, let index = list.selected(count: groups.count) else { return nil }
    let key = groups[index].key
    return MessagesScreen(
      title: "\(grouping.rawValue) \(key)",
      all: listing.messages(of: key, by: grouping)
    )
  }

  func draw(in rect: Rect, on frame: inout Frame) {
    let (summary, rest) = rect.splitTop(2)
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
    frame.draw(line, in: rect.row(0))
    var tabs: StyledText = [.init("  by ", .dim)]
    for grouping in Self.groupings {
      tabs.append(" \(grouping.rawValue) ", grouping == self.grouping ? .selection : .dim)
      tabs.append(" ")
    }
    frame.draw(tabs, in: rect.row(1))
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

/// The messages of one group.
struct MessagesScreen: Sendable {
  let title: String
  let all: [QueueMessage]
  var list = ListState()
  var filter: TextFilter?

  init(title: String, all: [QueueMessage]) {
    self.title = title
    self.all = all
  }

  /// The messages shown.
  var rows: [QueueMessage] {
    guard let matches = filter?.matcher() else { return all }
    return all.filter { matches("\($0.id) \($0.sender) \($0.recipients.joined(separator: " "))") }
  }

  /// The message under the pointer.
  var selected: QueueMessage? {
    let rows = rows
    return list.selected(count: rows.count).map { rows[$0] }
  }

  func draw(in rect: Rect, on frame: inout Frame) {
    let rows = rows
    let (details, table) = rect.splitBottom(min(6, rect.rows / 3))
    TableView(
      columns: [
        TableColumn("queue id", width: .fixed(15)),
        TableColumn("queue", width: .fixed(8)),
        TableColumn("age", width: .fixed(8), alignment: .trailing),
        TableColumn("sender", width: .flexible(minimum: 12)),
        TableColumn("first recipient", width: .flexible(minimum: 12)),
      ],
      count: rows.count,
      state: list,
      emptyText: "No message matches."
    ) { index in
      let message = rows[index]
      return [
        StyledText(message.id, .accent),
        StyledText(message.queue.name, message.queue == .hold ? .warning : .normal),
        StyledText(SpanText.short(milliseconds: Int64(message.age) * 1000), .dim),
        StyledText(message.sender),
        StyledText(message.recipients.first ?? ""),
      ]
    }
    .draw(in: table, on: &frame)
    guard let message = selected, details.rows > 1 else { return }
    frame.horizontalRule(in: details, title: StyledText(message.id, .heading))
    let body = details.splitTop(1).rest.inset(columns: 2)
    frame.draw(
      "\(CountText.of(message.recipients.count, "recipient")), \(ByteText.short(message.size))",
      in: body.row(0),
      style: .dim
    )
    frame.drawWrapped(
      message.reason.isEmpty ? "No reason is given." : message.reason,
      in: body.splitTop(1).rest
    )
  }
}

/// Counts as a person reads them.
enum CountText {
  /// `1 step`, `2 steps`.
  static func of(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}

/// Sizes as a person reads them.
enum ByteText {
  /// `812 B`, `4.2 kB`, `31 MB`.
  static func short(_ bytes: Int) -> String {
    switch bytes {
    case ..<1_000: "\(bytes) B"
    case ..<10_000: "\(bytes / 1_000).\(bytes % 1_000 / 100) kB"
    case ..<1_000_000: "\(bytes / 1_000) kB"
    case ..<10_000_000: "\(bytes / 1_000_000).\(bytes % 1_000_000 / 100_000) MB"
    case ..<1_000_000_000: "\(bytes / 1_000_000) MB"
    default: "\(bytes / 1_000_000_000) GB"
    }
  }
}
