internal import Runbooks
internal import TUI

/// The facilitator's side of an exercise: what happened and what comes, what is expected and what was done, and
/// where the players are.
struct ExerciseScreen: ConsoleScreen {
  /// The row the pointer was put on; nil: it stays on what comes next.
  private(set) var pointed: ExerciseList.Subject?
  /// Where it was before it went to the players.
  private var before: ExerciseList.Subject?
  /// The pace at which the clock went last.
  private var pace = 1
  private var list = ListState()
  var filter: TextFilter?

  private func listed(_ model: ConsoleModel) -> ExerciseList? {
    model.exercise?.board.map { ExerciseList($0) }
  }

  private func shown(_ list: ExerciseList) -> [ExerciseList.Subject] {
    list.shown(filter?.matcher())
  }

  private func players(_ model: ConsoleModel) -> [PlayerStanding] {
    model.exercise?.news?.players ?? []
  }

  /// What the keys act on.
  func selected(in model: ConsoleModel) -> ExerciseList.Subject? {
    if case .player(let run)? = pointed, players(model).contains(where: { $0.run == run }) {
      return pointed
    }
    guard let list = listed(model) else { return nil }
    let rows = shown(list)
    if let pointed, rows.contains(pointed) { return pointed }
    return rows.contains(list.usual) ? list.usual : rows.first
  }

  // MARK: Drawing

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    guard let list = listed(model) else {
      frame.drawWrapped(emptyText(model), in: rect.inset(columns: 2), style: .dim)
      return
    }
    let people = players(model)
    let selected = selected(in: model)
    let (bottom, above) = rect.splitBottom(min(max(1, people.count), max(1, rect.rows / 6)) + 1)
    let (details, table) = above.splitBottom(min(10, above.rows / 2))
    drawList(list, model, selected, in: table, on: &frame)
    if let selected { drawDetails(selected, list, model, in: details, on: &frame) }
    drawPlayers(people, model, selected, in: bottom, on: &frame)
  }

  private func drawList(
    _ list: ExerciseList,
    _ model: ConsoleModel,
    _ selected: ExerciseList.Subject?,
    in rect: Rect,
    on frame: inout Frame
  ) {
    let rows = shown(list)
    let glyphs = frame.glyphs
    let place = selected.flatMap { rows.firstIndex(of: $0) }
    let kept = place ?? rows.firstIndex(of: before ?? list.usual)
    var state = self.list
    if let place = kept { state.move(.to(place), count: rows.count, page: max(1, rect.rows - 1)) }
    let isNarrow = rect.columns < 76
    TableView(
      columns: [
        TableColumn("", width: .fixed(1)),
        TableColumn("when", width: .fixed(isNarrow ? 10 : 13)),
        TableColumn("what", width: .flexible(minimum: 20)),
        TableColumn("to", width: .fixed(isNarrow ? 5 : 10)),
        TableColumn("standing", width: .fixed(isNarrow ? 12 : 16)),
      ],
      count: rows.count,
      state: state,
      isFocused: place != nil,
      emptyText: "Nothing matches the filter."
    ) { index in
      cells(rows[index], list, model, glyphs)
    }
    .draw(in: rect, on: &frame)
  }

  private func cells(
    _ subject: ExerciseList.Subject,
    _ list: ExerciseList,
    _ model: ConsoleModel,
    _ glyphs: GlyphSet
  ) -> [StyledText] {
    let board = list.board
    let title = list.title(of: subject)
    switch subject {
    case .begin:
      guard let began = board.began else {
        return [
          StyledText(glyphs.waiting, .waiting), StyledText("your word", .waiting),
          StyledText(title, .strong), "", StyledText("B begins it", .waiting),
        ]
      }
      return [StyledText(glyphs.passed, .good), StyledText(began.minuteOfDay), StyledText(title)]
    case .inject(let id):
      guard let inject = list.inject(id) else { return [] }
      let isNext = list.next?.inject.id == id
      let sign = FacilitatorText.sign(inject, board, isNext: isNext, glyphs)
      let isOff = if case .dropped? = board.injects[id] { true } else { false }
      return [
        StyledText(sign.sign, sign.style), StyledText(sign.words, sign.style),
        StyledText(title, isOff ? .dim : .strong), StyledText(names(inject, model), .dim),
        StyledText(expected(of: inject, list), .dim),
      ]
    case .expected(let id):
      guard let expectation = list.expectation(id) else { return [] }
      let sign = FacilitatorText.sign(expectation, board, now: model.now, glyphs)
      return [
        "", "", [.init("  " + sign.sign + " ", sign.style), .init(title, .normal)], "",
        StyledText(sign.words, sign.style),
      ]
    case .end:
      let sign =
        board.ended.map { FacilitatorText.Sign(glyphs.passed, .good, $0.minuteOfDay) }
        ?? FacilitatorText.Sign(glyphs.pending, .dim, board.over?.minuteOfDay ?? "")
      return [
        StyledText(sign.sign, sign.style), StyledText(sign.words, sign.style), StyledText(title),
      ]
    case .after(let step):
      let isOpen = board.ended != nil
      return [
        StyledText(isOpen ? glyphs.waiting : glyphs.pending, isOpen ? .waiting : .dim),
        StyledText(isOpen ? "enter" : "afterwards", .dim),
        StyledText(title, isOpen ? .normal : .dim), "",
        StyledText(proposal(step, list), .dim),
      ]
    case .player: return []
    }
  }

  /// How much is expected of an inject that has not happened.
  private func expected(of inject: Inject, _ list: ExerciseList) -> String {
    if case .fired? = list.board.injects[inject.id] { return "" }
    let count = list.board.exercise.expected.count { $0.after == inject.id }
    return count == 0 ? "" : "\(count) expected"
  }

  /// What the rule makes of an objective, once it is over.
  private func proposal(_ step: StepID, _ list: ExerciseList) -> String {
    let rated = list.board.exercise.objectives.first { ExerciseGraph.rating(of: $0.id) == step }
    guard list.board.ended != nil, let rated else { return "" }
    return "\(list.board.rating(of: rated.id).rawValue) by record"
  }

  /// Who an inject reaches: those who hold its roles, or the roles that nobody holds.
  private func names(_ inject: Inject, _ model: ConsoleModel) -> String {
    let roles = inject.message?.to ?? []
    let names = roles.flatMap { role -> [String] in
      let holders = model.context.site.operators.filter { $0.roles.contains(role) }.map(\.name)
      return holders.isEmpty ? [role.name] : holders
    }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }.joined(separator: ", ")
  }

  private func drawDetails(
    _ subject: ExerciseList.Subject,
    _ list: ExerciseList,
    _ model: ConsoleModel,
    in rect: Rect,
    on frame: inout Frame
  ) {
    guard rect.rows > 1 else { return }
    frame.horizontalRule(in: rect, title: StyledText(list.title(of: subject), .heading))
    DetailLines.draw(
      details(subject, list, model),
      in: rect.splitTop(1).rest.inset(columns: 2),
      on: &frame
    )
  }

  private func details(
    _ subject: ExerciseList.Subject,
    _ list: ExerciseList,
    _ model: ConsoleModel
  ) -> [StyledText] {
    let board = list.board
    switch subject {
    case .begin:
      let start =
        board.began.map { "It began at \($0.secondOfDay)." }
        ?? "Say this to the players; the clock runs from your word on: B."
      return [StyledText(start, .strong), StyledText(board.exercise.situation)]
    case .inject(let id):
      guard let inject = list.inject(id) else { return [] }
      return FacilitatorText.details(
        inject,
        board,
        people: RoleNames.text(
          inject.message?.to ?? [],
          among: model.context.site.operators.map { RunOperator($0) },
          joinedBy: ", "
        ),
        answers: model.exercise?.messages.first { $0.inject == id }?.answers ?? [],
        now: model.now
      )
    case .expected(let id):
      return list.expectation(id).map { FacilitatorText.details($0, board, now: model.now) } ?? []
    case .end:
      let over = board.over.map { "It ends by itself at \($0.secondOfDay)." } ?? ""
      return [
        StyledText(board.ended.map { "It ended at \($0.secondOfDay)." } ?? over, .strong),
        "e ends it before: what is open then is missed, and what has not happened does not.",
      ]
    case .after:
      return [
        StyledText(
          board.ended == nil
            ? "Comes after the end, as a step of the exercise's run."
            : "enter opens the exercise's run there; a answers it.",
          .strong
        )
      ]
    case .player(let run):
      let words = players(model).first { $0.run == run }.map {
        FacilitatorText.line($0, now: model.now)
      }
      return [StyledText(words ?? "", .strong), "enter opens the run, to watch."]
    }
  }

  private func drawPlayers(
    _ people: [PlayerStanding],
    _ model: ConsoleModel,
    _ selected: ExerciseList.Subject?,
    in rect: Rect,
    on frame: inout Frame
  ) {
    frame.horizontalRule(in: rect, title: StyledText("players", .heading))
    let body = rect.splitTop(1).rest
    let width = people.map(\.player.count).max() ?? 0
    func line(_ player: PlayerStanding) -> StyledText {
      StyledText(FacilitatorText.line(player, now: model.now, width: min(width, 16)))
    }
    if let place = people.firstIndex(where: { selected == .player($0.run) }) {
      ListView(count: people.count, state: ListState(selection: place)) { line(people[$0]) }
        .draw(in: body, on: &frame)
      return
    }
    // Without the pointer there is none to see.
    let room = body.inset(columns: 2)
    if people.isEmpty { frame.draw("Nobody has begun a run yet.", in: room, style: .dim) }
    for (row, player) in people.prefix(body.rows).enumerated() {
      frame.draw(line(player), in: room.row(row))
    }
    let left = people.count - body.rows
    if left > 0 {
      frame.draw(
        " tab: \(left) more ",
        in: room.row(body.rows - 1),
        style: .key,
        alignment: .trailing
      )
    }
  }

  private func emptyText(_ model: ConsoleModel) -> String {
    if let exercise = model.exercise, !exercise.isFacilitator { return Self.secret }
    return model.exercise == nil ? Self.noSeat : "Reading the exercise…"
  }

  static let secret = "What is to come is the facilitator's to know; M has your messages."
  static let noSeat = "This console has no seat at an exercise; `mailconsole exercise` lists them."

  func plain(_ model: ConsoleModel) -> [String] {
    guard let list = listed(model) else { return [emptyText(model)] }
    let rows = shown(list).flatMap { subject -> [String] in
      let words = cells(subject, list, model, .ascii).map(\.plain).filter { !$0.isEmpty }
      let isChild = if case .expected = subject { true } else { false }
      return [(isChild ? "  " : "") + words.joined(separator: "  ")]
        + details(subject, list, model).map { "      " + $0.plain }
    }
    return [SeatText.clock(model).plain + ", " + FacilitatorText.counts(list.board)] + rows
      + ["", "players"] + players(model).map { "  " + FacilitatorText.line($0, now: model.now) }
  }
}

// MARK: Where its keys act

extension ExerciseScreen {
  static func opening(in model: ConsoleModel) -> [ScreenRequest] {
    guard let exercise = model.exercise else { return [.say(StyledText(noSeat, .warning))] }
    guard exercise.isFacilitator else { return [.say(StyledText(secret, .warning))] }
    return [.visit(ExerciseScreen()), .effect(.readExercise)]
  }

  var readAnew: [ConsoleEffect] { [.readExercise] }

  func crumb(in model: ConsoleModel) -> String { "exercise" }

  func headline(in model: ConsoleModel) -> StyledText? {
    model.exercise?.news?.exercise.map { StyledText($0.id.name, .accent) }
  }

  func aside(in model: ConsoleModel) -> StyledText? {
    model.exercise?.board.map { StyledText(FacilitatorText.counts($0)) }
  }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? {
    guard let list = listed(model) else { return (0, 0) }
    return (shown(list).count, list.rows.count)
  }

  /// What comes next changes by itself.
  func subject(in model: ConsoleModel) -> String? {
    guard pointed == nil, let selected = selected(in: model) else { return nil }
    return "\(selected)"
  }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    let rows: [ExerciseList.Subject]
    if case .player? = selected(in: model) {
      rows = players(model).map { .player($0.run) }
    } else {
      rows = listed(model).map { shown($0) } ?? []
    }
    guard let selected = selected(in: model), let place = rows.firstIndex(of: selected) else {
      return
    }
    var state = ListState(selection: place)
    state.move(motion, count: rows.count, page: model.bodyRows / 2)
    pointed = rows[state.selected(count: rows.count) ?? place]
    guard case .player? = pointed else {
      list.move(.to(state.selection), count: rows.count, page: max(1, model.bodyRows / 2 - 2))
      return
    }
  }

  mutating func setFilter(_ filter: TextFilter?, in model: ConsoleModel) {
    self.filter = filter
    pointed = nil
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    switch action {
    case .refresh: return readAnew.map { .effect($0) }
    case .nextGrouping:
      if case .player? = selected(in: model) {
        pointed = before
      } else if let first = players(model).first {
        before = pointed
        pointed = .player(first.run)
      } else {
        return [.say(StyledText("Nobody has begun a run yet.", .dim))]
      }
      return []
    case .open, .note, .exercise: break
    default: return nil
    }
    guard let list = listed(model), let selected = selected(in: model),
      let seat = model.exercise?.seat
    else { return [.say(StyledText(emptyText(model), .warning))] }
    if let clock = model.exercise?.news?.clock, clock.pace > 0 { pace = clock.pace }
    // What is acted on stays under the pointer, whatever comes next by then.
    pointed = selected
    switch action {
    case .open:
      if case .player(let run) = selected { return [.openStep(run, nil)] }
      return [.openStep(seat.run, selected.step)]
    case .note:
      return [.form(Forms.note(inExerciseAbout: selected.step))]
    case .exercise(let wanted):
      let orders = ExerciseOrders(list: list, selected: selected, model: model, lastPace: pace)
      return orders.requests(for: wanted)
    default: return nil
    }
  }
}
