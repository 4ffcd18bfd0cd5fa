internal import ClusterOps
internal import Runbooks
internal import TUI

extension ConsoleModel {
  /// Does what a key or a command asks for.
  mutating func perform(_ action: ConsoleAction) -> [ConsoleEffect] {
    switch action {
    case .up: move(.up)
    case .down: move(.down)
    case .pageUp: move(.pageUp)
    case .pageDown: move(.pageDown)
    case .halfUp: move(.halfPageUp)
    case .halfDown: move(.halfPageDown)
    case .first: move(.first)
    case .last: move(.last)
    case .left: scroll(toRight: false)
    case .right: scroll(toRight: true)
    case .open: return open()
    case .back: return back()
    case .filter: overlay = .prompt(CommandPrompt(.search, text: filterText))
    case .command: overlay = .prompt(CommandPrompt(.command, history: commandHistory))
    case .help: overlay = .help(HelpPanel(keys.help(in: screen.contexts), columns: helpColumns))
    case .quit: return askToQuit()
    case .suspend:
      guard context.canSuspend else {
        notice = StyledText("No shell could continue the console, so it does not stop.", .warning)
        return []
      }
      return [.terminal(.suspend)]
    case .repaint: return [.terminal(.repaint)]
    case .showRunbooks:
      popToRunbooks()
      return [.readShelf]
    case .showRuns:
      if case .runs = screen { return [.readRuns] }
      push(.runs(RunsScreen()))
      return [.readRuns]
    case .showEvidence: return openEvidence()
    case .nextWaiting: goToNextWaiting()
    case .showQueue:
      push(.queue(QueueScreen()))
      notice = StyledText("Reading the queue…", .dim)
      return [.readQueue]
    case .showJournal: return showJournal()
    case .act: return act()
    case .rewind: askForReason(to: .rewind)
    case .note: askForReason(to: .note)
    case .abort: askForReason(to: .abort)
    case .rollBack: askForReason(to: .rollBack)
    case .pause: return pause()
    case .offerDrive: return offerDrive()
    case .takeDrive: return takeDrive()
    case .follow: follow()
    case .wrap: wrap()
    case .nextGrouping: changeGrouping(by: 1)
    case .previousGrouping: changeGrouping(by: -1)
    case .refresh:
      if case .runs = screen { return [.readRuns] }
      notice = StyledText("Reading the queue…", .dim)
      return [.readQueue]
    }
    return []
  }

  private mutating func move(_ motion: Motion) {
    let page = bodyRows
    switch screen {
    case .runbooks(var list):
      list.list.move(motion, count: list.entries(of: self).count, page: page)
      screen = .runbooks(list)
    case .run(var list):
      guard let run else { return }
      list.isFollowing = false
      list.list.move(motion, count: list.rows(of: run).count, page: page)
      screen = .run(list)
    case .step(var step):
      guard let log = run?.logs[step.step] else { return }
      step.log.move(motion, in: log, page: max(5, page / 3))
      screen = .step(step)
    case .queue(var queue):
      queue.move(motion, page: page)
      screen = .queue(queue)
    case .messages(var messages):
      messages.list.move(motion, count: messages.rows.count, page: page)
      screen = .messages(messages)
    case .journal(var journal):
      guard let run else { return }
      journal.move(motion, count: journal.entries(of: run).count, page: page)
      screen = .journal(journal)
    case .runs(var runs):
      runs.list.move(motion, count: runs.rows.count, page: page)
      screen = .runs(runs)
    case .evidence(var evidence):
      evidence.list.move(motion, count: evidence.rows.count, page: page)
      screen = .evidence(evidence)
    case .text(var text):
      text.state.move(motion, in: text.log, page: page - 1)
      screen = .text(text)
    }
  }

  /// Opens the record at its newest event.
  private mutating func showJournal() -> [ConsoleEffect] {
    guard let run else { return [] }
    var journal = JournalScreen()
    journal.follow(count: run.entries.count, page: bodyRows)
    push(.journal(journal))
    return readRecord()
  }

  /// Asks for what of the record has not been read yet.
  private func readRecord() -> [ConsoleEffect] {
    guard let run, !run.isRecordRead else { return [] }
    return [.readRecord(after: run.entries.last?.sequence ?? 0)]
  }

  /// Takes in the record; what was appended while it was read is asked for again.
  mutating func take(record: [JournalEntry]) -> [ConsoleEffect] {
    run?.take(record: record)
    followJournal()
    return record.isEmpty ? [] : readRecord()
  }

  private mutating func scroll(toRight: Bool) {
    switch screen {
    case .step(var step):
      step.log.scroll(toRight: toRight, columns: size.columns)
      screen = .step(step)
    case .text(var text):
      text.state.scroll(toRight: toRight, columns: size.columns)
      screen = .text(text)
    default: break
    }
  }

  /// Goes one level up; a list of runs is read anew, as they went on meanwhile.
  private mutating func back() -> [ConsoleEffect] {
    if !filterText.isEmpty {
      setFilter("")
      return []
    }
    if let setAside, setAside.depth == screensShown.count {
      takeUpAgain()
      return []
    }
    guard screensShown.count > 1 else { return [] }
    pop()
    switch screen {
    case .runbooks: return [.readShelf]
    case .runs: return [.readRuns]
    default: return []
    }
  }

  private mutating func open() -> [ConsoleEffect] {
    switch screen {
    case .runbooks(let list):
      guard let entry = list.selected(in: self) else { return [] }
      return open(entry)
    case .run(let list):
      guard let run, let step = list.selected(in: run) else { return [] }
      push(.step(StepScreen(step: step)))
      let output = run.unseenOutput(of: step).map { [ConsoleEffect.readOutput($0)] } ?? []
      // Who signed and what was decided stands in the record alone.
      return output + (run.state[step]?.hasEnded == true ? readRecord() : [])
    case .runs(let runs):
      guard let listing = runs.selected else { return [] }
      return open(listing)
    case .evidence(let evidence):
      guard let file = evidence.selected else { return [] }
      return read(file)
    case .queue(let queue):
      if let messages = queue.opened() { push(.messages(messages)) }
    case .messages(let messages):
      guard let row = messages.selected else { return [] }
      notice = StyledText("Reading the message…", .dim)
      return [.readMessage(id: row.id)]
    case .journal(let journal):
      guard let run else { return [] }
      let entries = journal.entries(of: run)
      guard let index = journal.list.selected(count: entries.count) else { return [] }
      push(
        .text(
          TextScreen(
            title: "event \(entries[index].sequence)",
            bytes: EntryText.page(entries[index])
          )
        )
      )
    case .step, .text: break
    }
    return []
  }

  /// Goes on with the unfinished run of a runbook, or starts one.
  private mutating func open(_ entry: ShelfEntry) -> [ConsoleEffect] {
    if isOpening { return [] }
    if let run, run.runbook.id == entry.runbook.id, run.state.ended == nil, run.stopped == nil {
      push(.run(RunScreen()))
      followRun()
      return []
    }
    if let run, run.state.ended == nil, run.stopped == nil {
      notice = StyledText(
        "\(run.id) is open here; finish, abort or leave it before starting another.",
        .warning
      )
      return []
    }
    wanted = entry.runbook.id
    notice = StyledText("Reading the runs…", .dim)
    return [.readShelf]
  }

  /// Opens what was asked for, now that the runs are known, if the operator still waits for it.
  mutating func openWanted() -> [ConsoleEffect] {
    guard let id = wanted else { return [] }
    wanted = nil
    notice = ""
    guard case .runbooks = screen, overlay == nil,
      let entry = shelf.first(where: { $0.runbook.id == id })
    else { return [] }
    if let latest = entry.latest, latest.status.isOpen {
      isOpening = true
      notice = StyledText("Opening \(latest.run)…", .dim)
      return [.look(latest.run)]
    }
    show(Forms.start(entry.runbook, context, unfinished: entry.unfinished))
    return []
  }

  private mutating func act() -> [ConsoleEffect] {
    guard let run, let id = stepInView else { return [] }
    if let ended = run.state.ended {
      notice = StyledText("The run is over (\(ended.outcome.rawValue)); nothing waits.", .dim)
      return []
    }
    guard !isSigning else {
      notice = StyledText("A key is signing; esc leaves it.", .warning)
      return []
    }
    guard let state = run.state.subject(of: id), let step = run.subject(id) else {
      notice = StyledText("The rollback does not undo \(id).", .dim)
      return []
    }
    let meant: String? =
      if case .inPlaceOf(let people) = run.turn(at: id, for: context.operatorName) { people } else {
        nil
      }
    switch state {
    case _ where run.state.rollback != nil && state.isLeft && run.state.rollback?.begun == nil:
      notice = StyledText("The run is rolling back; \(id) is not gone on with.", .dim)
    case .waitingForPerson(.approval(let request, let given)):
      guard run.hasRunner else { return onlyWatching() }
      show(Forms.signOff(step, request, given, run, context))
      if run.state.signaturePolicy == .sshSignatures {
        let me = context.operatorName
        let signers = Forms.signers(request, given, run)
        return [.findKeys(of: signers.filter { $0 == me } + signers.filter { $0 != me })]
      }
    case .unknown(let outcome) where outcome.proposal != nil && run.hasRunner:
      show(Forms.confirmation(step, outcome, run, context))
      if run.state.duties.confirmations == .sshSignatures, let proposal = outcome.proposal {
        let me = context.operatorName
        return [.findKeys(of: Forms.confirmers(of: proposal, run.state, first: me))]
      }
    case _ where run.needsPerson(id) && !mayOrder: return onlyWatching()
    case _ where !run.state.missingSecrets(of: id).isEmpty:
      overlay = .form(Forms.secrets(step, run.state.missingSecrets(of: id), run.state))
    case .waitingForPerson(.task(let asked)): show(Forms.task(step, asked, meant: meant))
    case .failed(let result, .undecided): show(Forms.failure(step, result, run.state))
    case .unknown(let outcome) where outcome.settlement != .open:
      show(Forms.unknown(step, outcome, run.state))
    case .ready where run.state.waitsForRelease(id):
      let commands = context.preview.commands(of: step, in: run.state)
      let seen = try? commands.get().digest
      overlay = .question(
        Forms.release(step, commands, run.state, context, meant: meant),
        .release(id, seen: seen)
      )
    case _ where run.state.pause != nil && !state.hasEnded:
      let by = run.state.pause?.by ?? ""
      notice = StyledText(
        "The run is paused by \(by): \(id) does not begin before p lets it go on.",
        .warning
      )
    default:
      let next = run.focus.map { run.runbook.steps[$0].id.name }
      notice = StyledText(
        "\(id) waits for nobody"
          + (next.map { $0 == id.name ? "." : "; look at \($0)." } ?? "."),
        .dim
      )
    }
    return []
  }

  /// The step that is looked at.
  var stepInView: StepID? {
    switch screen {
    case .run(let list): run.flatMap { list.selected(in: $0) }
    case .step(let step): step.step
    default: nil
    }
  }

  private enum ReasonFor { case rewind, note, abort, rollBack }

  private mutating func askForReason(to what: ReasonFor) {
    guard let run, run.state.ended == nil else {
      notice = StyledText("There is no run under way.", .dim)
      return
    }
    switch what {
    case _ where what != .note && !mayOrder: _ = onlyWatching()
    case .abort: show(Forms.abort(run))
    case .rollBack where run.state.rollback != nil:
      notice = StyledText("The run is rolling back already.", .dim)
    case .rollBack: show(Forms.rollBack(run, context))
    case .note: show(Forms.note(stepInView))
    case .rewind:
      guard let step = stepInView else { return }
      show(Forms.rewind(to: step))
    }
  }

  private mutating func pause() -> [ConsoleEffect] {
    guard let run, run.state.ended == nil else { return [] }
    guard mayOrder else { return onlyWatching() }
    let command: RunCommand = run.state.pause == nil ? .pause(reason: "asked for") : .continue
    return [.send(command, by: context.operatorName)]
  }

  private mutating func follow() {
    switch screen {
    case .step(var step):
      guard let log = run?.logs[step.step] else { return }
      step.log.toggleFollow(in: log, page: max(5, bodyRows / 3))
      screen = .step(step)
    case .run(var list):
      list.isFollowing.toggle()
      if list.isFollowing { list.filter = nil }
      if let run { list.follow(run, page: bodyRows) }
      screen = .run(list)
      notice = StyledText(
        list.isFollowing
          ? "The pointer goes along with the run." : "The pointer stays; f follows the run again.",
        .dim
      )
    default: break
    }
  }

  private mutating func wrap() {
    switch screen {
    case .step(var step):
      step.log.wraps.toggle()
      screen = .step(step)
    case .text(var text):
      text.state.wraps.toggle()
      screen = .text(text)
    default: break
    }
  }

  private mutating func changeGrouping(by step: Int) {
    guard case .queue(var queue) = screen else { return }
    queue.changeGrouping(by: step)
    screen = .queue(queue)
  }
}
