internal import ClusterOps
internal import Runbooks
internal import TUI

extension ConsoleModel {
  /// Does what a key or a command asks for.
  mutating func perform(_ action: ConsoleAction) -> [ConsoleEffect] {
    if let motion = action.motion {
      let model = self
      screen.move(motion, in: model)
      return []
    }
    if let effects = askScreen(to: action) { return effects }
    switch action {
    case .back: return back()
    case .filter: overlay = .prompt(CommandPrompt(.search, text: filterText))
    case .command: overlay = .prompt(CommandPrompt(.command, history: commandHistory))
    case .help: overlay = .help(HelpPanel(keys.help(in: contexts), columns: helpColumns))
    case .quit: return askToQuit()
    case .suspend:
      guard context.canSuspend else {
        notice = StyledText("No shell could continue the console, so it does not stop.", .warning)
        return []
      }
      return [.terminal(.suspend)]
    case .repaint: return [.terminal(.repaint)]
    case .show(let wanted): return show(wanted)
    case .showEvidence: return openEvidence()
    case .showAsText: showAsText()
    case .act: return act()
    case .rewind: askForReason(to: .rewind)
    case .note: askForReason(to: .note)
    case .abort: askForReason(to: .abort)
    case .rollBack: askForReason(to: .rollBack)
    case .pause: return pause()
    case .offerDrive: return offerDrive()
    case .takeDrive: return takeDrive()
    case .parent: return openParent()
    // The screens', where they have them.
    case .up, .down, .pageUp, .pageDown, .halfUp, .halfDown, .first, .last, .left, .right, .open,
      .nextWaiting, .follow, .wrap, .nextGrouping, .previousGrouping, .refresh, .exercise:
      break
    }
    return []
  }

  /// Whose keys act on the screen, the innermost first.
  var contexts: [KeyContext] { [type(of: screen).keys] }

  /// Asks for what of the record has not been read yet.
  func readRecord() -> [ConsoleEffect] {
    guard let run, !run.isRecordRead else { return [] }
    return [.readRecord(after: run.entries.last?.sequence ?? 0)]
  }

  /// Takes in the record; what was appended while it was read is asked for again.
  mutating func take(record: [JournalEntry]) -> [ConsoleEffect] {
    run?.take(record: record)
    followRun()
    return record.isEmpty ? [] : readRecord()
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
    return screen.readAnew
  }

  /// Goes on with the unfinished run of a runbook, or starts one.
  ///
  /// - Parameter prefill: what is known of its inputs.
  mutating func open(_ entry: ShelfEntry, filling prefill: Prefill? = nil) -> [ConsoleEffect] {
    if isOpening { return [] }
    if let run, run.runbook.id == entry.head.id, run.state.ended == nil, run.stopped == nil {
      push(RunScreen())
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
    wanted = WantedRunbook(
      runbook: entry.head.id,
      prefill: prefill,
      keys: type(of: screen).keys.name
    )
    notice = StyledText("Reading the runs…", .dim)
    return [.readRunbook(entry.head.id)]
  }

  /// Opens what was asked for, now that its runs are known, if the operator still waits for it.
  mutating func openWanted(_ entry: ShelfEntry) -> [ConsoleEffect] {
    guard let asked = wanted, asked.runbook == entry.head.id else { return [] }
    wanted = nil
    notice = ""
    guard type(of: screen).keys.name == asked.keys, overlay == nil, let runbook = entry.runbook
    else { return [] }
    if let latest = entry.latest, latest.status.isOpen {
      isOpening = true
      notice = StyledText("Opening \(latest.run)…", .dim)
      return [.look(latest.run)]
    }
    show(Forms.start(runbook, context, unfinished: entry.unfinished, asked.prefill))
    fill(asked.prefill, of: runbook)
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
    case .waitingForPerson(.task(let asked)) where asked.task == .runbook:
      guard run.hasRunner else { return onlyWatching() }
      askForRun(of: step, asked)
    case .inRun(let standing) where mayOrder: show(Forms.releaseRun(of: step, standing))
    case .inRun(let standing): return change(to: standing.run)
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
  var stepInView: StepID? { screen.step(in: self) }

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
    if !run.state.trippedGuardrails.isEmpty, run.state.pause != nil {
      show(Forms.overrule(run))
      return []
    }
    let command: RunCommand = run.state.pause == nil ? .pause(reason: "asked for") : .continue
    return [.send(command, by: context.operatorName)]
  }
}
