internal import Runbooks
internal import TUI

extension ConsoleModel {
  /// Takes in one event and says what is to be done outside.
  mutating func update(_ event: ConsoleEvent) -> [ConsoleEffect] {
    defer { noteWhatIsRead() }
    switch event {
    case .input(let input): return take(input)
    case .called(let run):
      isOpening = true
      notice = StyledText("Opening \(run)…", .dim)
    case .opened(let opened):
      isOpening = false
      run = opened
      // Whoever leads an exercise begins on its list; its run's screen is one key away.
      let isAtHome = screensShown.count == 1 && wantedStep == nil && leads(opened.id)
      popHome()
      if !isAtHome { push(RunScreen()) }
      notice = context.lifetimeWarning.map { StyledText($0, .warning) } ?? ""
      followRun()
      pointAtWantedStep()
      askToTakeOver(opened)
      return [.readRunbook(opened.runbook.id)]
    case .runnerEnded(let id):
      guard run?.id == id, run?.hasRunner == true else { return [] }
      run?.runnerEnded()
      if run?.state.ended == nil {
        notice = StyledText("The runner has ended; t takes the run over.", .warning)
        followRun()
      }
    case .run(let id, let update): if run?.id == id { return take(update) }
    case .refused(let message):
      isOpening = false
      wanted = nil
      takeUpAgain()
      let isKept = drafts.refused()
      notice = StyledText(message + (isKept ? " What you typed is kept." : ""), .bad)
    case .told(let message):
      notice = StyledText(message, .good)
    case .shelf(let entries): take(shelf: entries)
    case .runbook(let id, let result): return take(runbook: id, result)
    case .library(let runbooks, let unusable): return take(library: runbooks, unusable)
    case .checks(let news): return take(news)
    case .runs(let runs): tell(.runs(runs))
    case .plan(let board): tell(.plan(board))
    case .exercise(let read): take(exercise: read)
    case .ordered(let message):
      drafts.arrived()
      notice = StyledText(message, .good)
    case .worldClock: break
    case .evidenceRead(let id, let file, let bytes): if run?.id == id { show(file, bytes) }
    case .queueRead(let listing):
      notice = ""
      tell(.queue(listing))
    case .signingKeys(let keys):
      if case .form(var dialog)? = overlay {
        dialog.tell(keys)
        overlay = .form(dialog)
      }
    case .recordRead(let id, let entries): if run?.id == id { return take(record: entries) }
    case .outputRead(let id, let unread, let output):
      if run?.id == id { run?.take(output, of: unread) }
    case .began(let number, let work):
      pending[number] = work
      clock = max(clock ?? work.since, work.since)
    case .finished(let number):
      pending[number] = nil
      if pending.isEmpty { clock = nil }
    case .tick(let now): clock = now
    case .messageRead(let title, let text):
      notice = ""
      push(TextScreen(title: title, bytes: text))
    }
    return []
  }

  private mutating func take(_ input: InputEvent) -> [ConsoleEffect] {
    if isTooSmall { return takeUnseen(input) }
    switch input {
    case .key(let key): return press(key)
    case .burst(let keys): return take(burst: keys)
    case .paste(let text):
      paste(text)
    case .resize(let size): resize(to: size)
    case .focus: break
    case .signal(.interrupt): return leavePending() ?? askToQuit()
    case .signal(.resumed): break
    case .signal(let signal): exitCode = signal.exitCode
    case .hangUp: break
    }
    return []
  }

  mutating func resize(to size: Size) {
    self.size = size
    if case .help(var panel)? = overlay {
      panel.columns = helpColumns
      overlay = .help(panel)
    }
    followRun()
  }

  private mutating func take(_ update: RunUpdate) -> [ConsoleEffect] {
    let hadEnded = run?.state.ended != nil
    run?.take(update)
    followRun()
    let unread = (run?.takeUnread() ?? []).map(ConsoleEffect.readOutput)
    guard case .recorded(let entry) = update else { return unread }
    drafts.arrived(entry)
    if case .stepEnded(let ended) = entry.event, ended.outcome == .failed {
      notice = StyledText("\(ended.step) failed: \(ended.failure?.message ?? "")", .bad)
    }
    switch entry.event {
    case .compensation(.ended(let ended)) where ended.outcome == .failed:
      notice = StyledText("undoing \(ended.step) failed: \(ended.failure?.message ?? "")", .bad)
    case .rollbackRequested, .rollbackBegun: notice = StyledText(entry.event.line, .warning)
    case .driveOffered(let offer) where offer.by != context.operatorName:
      notice = StyledText("\(offer.by) offers you the drive: t takes it.", .waiting)
    case .driveOffered:
      notice = StyledText("Offered: whoever watches takes it with t. You drive until then.", .good)
    case .nested(.made(let made)):
      notice = StyledText("\(made.step) has its run: enter on it opens it.", .good)
    case .nested(.ended(let ended)):
      notice = StyledText(entry.event.line, ended.outcome == .completed ? .good : .bad)
    case .driveTaken, .driverDetached: notice = StyledText(entry.event.line, .warning)
    case .approvalGiven, .approvalRejected: notice = StyledText(entry.event.line, .good)
    default: break
    }
    let hasEnded = run?.state.ended != nil
    guard hasEnded, !hadEnded, let id = run?.runbook.id else { return unread }
    return unread + [.readRunbook(id)]
  }

  /// Keeps the pointers of the screens of a run on what matters, where they follow it.
  mutating func followRun() { if let run { tell(.run(run)) } }

  /// What the box of the help leaves for its lines.
  var helpColumns: Int { size.columns - 8 }
  var helpRows: Int { max(1, size.rows - 8) }

  /// The rows of a list on this size of screen; wrong by a few does no harm.
  var bodyRows: Int { max(1, size.rows - 5) }

  mutating func paste(_ text: String) {
    switch overlay {
    case .prompt(var prompt)?:
      let outcome = prompt.paste(text)
      overlay = .prompt(prompt)
      if case .changed(let text)? = outcome, prompt.kind == .search { setFilter(text) }
    case .form(var dialog)?:
      if !dialog.paste(text) {
        notice = StyledText("Pasted text does not count here: type the words.", .warning)
      }
      overlay = .form(dialog)
    case .help(var panel)? where panel.isTyping:
      _ = panel.paste(text)
      overlay = .help(panel)
    case nil where text.contains(SignOffDocument.heading): handIn(text)
    case .question, .help, nil:
      notice = StyledText("Pasted text is ignored here; keys act one by one.", .warning)
    }
  }

  mutating func press(_ key: Key) -> [ConsoleEffect] {
    switch overlay {
    case .help(let panel)?: return pressInHelp(key, panel)
    case .prompt(let prompt)?: return press(key, in: prompt)
    case .question(let dialog, let action)?: return press(key, in: dialog, for: action)
    case .form(let dialog)?: return press(key, in: dialog)
    case nil: break
    }
    notice = ""
    if key == .escape || key == .control("c"), let left = leavePending() { return left }
    if key == .control("c") { return askToQuit() }
    guard let action = keys.action(for: key, in: contexts) else {
      notice = StyledText("\(key) does nothing here; ? lists the keys.", .dim)
      return []
    }
    return perform(action)
  }

  private mutating func pressInHelp(_ key: Key, _ panel: HelpPanel) -> [ConsoleEffect] {
    var panel = panel
    overlay = panel.handle(key, page: helpRows) ? .help(panel) : nil
    return []
  }

  private mutating func press(_ key: Key, in prompt: CommandPrompt) -> [ConsoleEffect] {
    var prompt = prompt
    let contexts = self.contexts
    let keys = keys
    let outcome = prompt.handle(key) { keys.commands(startingWith: $0, in: contexts) }
    overlay = .prompt(prompt)
    switch (outcome, prompt.kind) {
    case (.cancelled?, .search):
      overlay = nil
      setFilter("")
    case (.cancelled?, .command): overlay = nil
    case (.changed(let text)?, .search): setFilter(text)
    case (.submitted?, .search): overlay = nil
    case (.submitted(let text)?, .command):
      overlay = nil
      commandHistory = prompt.history
      return command(text)
    case (.changed?, .command), (nil, _): break
    }
    return []
  }

  private mutating func press(
    _ key: Key,
    in dialog: Dialog,
    for action: ConfirmedAction
  ) -> [ConsoleEffect] {
    var dialog = dialog
    notice = ""
    switch dialog.handle(key) {
    case nil:
      overlay = .question(dialog, action)
      return []
    case .cancelled?:
      overlay = nil
      return []
    case .chosen?:
      overlay = nil
      return confirmed(action)
    }
  }

  private mutating func confirmed(_ action: ConfirmedAction) -> [ConsoleEffect] {
    switch action {
    case .quit:
      exitCode = ExitStatus.done.rawValue
      return []
    case .release(let step, let seen):
      return [.send(.release(step, seen: seen), by: context.operatorName)]
    case .handIn(let command, let name): return [.send(command, by: name)]
    case .change(let listing): return look(at: listing)
    case .exercise(let order): return [.order(order)]
    case .takeOver(let run):
      notice = StyledText("Taking over…", .dim)
      return [.resume(run)]
    }
  }

  private mutating func press(_ key: Key, in dialog: FormDialog) -> [ConsoleEffect] {
    var dialog = dialog
    notice = ""
    if dialog.bindsEvidence, !dialog.types(key),
      keys.action(for: key, in: [ConsoleKeys.form]) == .showEvidence
    {
      return openEvidence(from: dialog)
    }
    switch dialog.handle(key) {
    case nil:
      overlay = .form(dialog)
      return []
    case .cancelled?:
      overlay = nil
      drafts.keep(dialog.typed, for: self.key(of: dialog))
      notice = StyledText(
        dialog.typed.isEmpty ? "Nothing was sent." : "Nothing was sent; what you typed is kept.",
        .dim
      )
      return []
    case .submitted?:
      overlay = nil
      let name = dialog.form.values["by"] ?? context.operatorName
      drafts.send(dialog.typed, for: self.key(of: dialog), by: name)
      return submit(dialog)
    }
  }

  /// Does what was typed after `:`; a number goes to that step.
  private mutating func command(_ text: String) -> [ConsoleEffect] {
    let word = text.filter { !$0.isWhitespace }
    if word.isEmpty { return [] }
    if let number = Int(word) {
      let model = self
      if let requests = screen.go(to: number, in: model) { return carryOut(requests) }
    }
    if word == "q!" {
      exitCode = ExitStatus.done.rawValue
      return []
    }
    guard let action = keys.action(forCommand: word, in: contexts) else {
      notice = StyledText("There is no command “\(word)” here; ? lists them.", .bad)
      return []
    }
    return perform(action)
  }

  /// Leaves at once while nothing runs; else asks, as the run would lose its driver.
  mutating func askToQuit() -> [ConsoleEffect] {
    guard let run, run.state.ended == nil, run.stopped == nil, run.state.isBusy,
      run.hasRunner, run.state.driver?.by == context.operatorName, run.state.isAttached
    else {
      exitCode = ExitStatus.done.rawValue
      return []
    }
    let busy = run.state.steps.filter { $0.state.isUnderWay }.map(\.step.id.name)
    overlay = .question(
      Dialog(
        title: "Leave while the run is under way?",
        body: [
          StyledText("Under way: \(busy.joined(separator: ", "))."),
          StyledText(
            "Its runner finishes that without you. "
              + (run.runbook.onDisconnect == .wait
                ? "The next step waits for a driver." : "Then it goes on as far as it can.")
          ),
          StyledText("Come back from here or with `mailconsole attach \(run.id)`."),
        ],
        cancel: "Stay",
        buttons: [Dialog.Button("Leave")]
      ),
      .quit
    )
    return []
  }
}

private func + (left: StyledText, right: String) -> StyledText {
  StyledText(left.plain + right)
}
