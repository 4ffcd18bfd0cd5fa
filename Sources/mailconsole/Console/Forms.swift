internal import Runbooks
internal import TUI

/// The questions the console asks, each with what must be known to answer it.
enum Forms {
  /// The first choice of every decision: nothing. Enter alone decides nothing.
  static let undecided = "not yet"
  /// What was proposed is not what should be done.
  static let otherwise = "decide-otherwise"
  /// The sign-off is shown as a text, for a key that is on another machine.
  static let elsewhere = "sign-elsewhere"
  /// The run is undone; a form of its own shows what that is.
  static let rollBackRun = "roll-back-run"
  /// The field of a sign-off whose words must be typed, not pasted.
  static let typedWords = "typed"
  /// Fields whose answers are never put back from before: each is a word given now.
  static let givenAnew: Set<String> = [typedWords, "decision", "by"]

  ///
  /// - Parameter unfinished: runs of it that have not ended.
  static func start(
    _ runbook: Runbook,
    _ context: ConsoleContext,
    unfinished: [RunListing] = [],
    _ prefill: Prefill? = nil
  ) -> FormDialog {
    let inputs = runbook.inputs.map { field($0, fallback: fallback($0, context)) }
    return FormDialog(
      .start(runbook),
      introduction: unfinished.prefix(3).map {
        StyledText("\($0.run) has not ended: X opens it. This would be another run.", .warning)
      } + known(prefill, of: runbook) + [
        StyledText(runbook.summary), "",
        StyledText(
          "It acts on \(context.site.name) (\(context.site.domain)) in the world "
            + "\(context.world.rawValue); \(context.operatorName) drives.",
          .strong
        ),
        "Reading steps start by themselves. Every change waits for your go.",
      ],
      form: Form(
        title: "Start “\(runbook.title)”?",
        fields: inputs + [decision(["start"], label: "Start it?")]
      )
    )
  }

  private static func fallback(_ input: InputDeclaration, _ context: ConsoleContext) -> String {
    let scope = Scope(site: context.site.record)
    guard let value = try? input.fallback?.resolve(in: scope) else { return "" }
    return value.description
  }

  /// The fields of a task or of questions.
  ///
  /// - Parameter meant: who it is meant for, where that is not the one who does it.
  static func task(
    _ step: Step,
    _ asked: RunEvent.PersonAsked,
    meant: String? = nil
  ) -> FormDialog {
    let warning = meant.map { inPlace(of: $0) } ?? []
    let heading = warning + [StyledText(asked.text), ""]
    switch step.body {
    case .ask(let inputs):
      let purpose = step.purpose.isEmpty ? [] : [StyledText(step.purpose), ""]
      return FormDialog(
        .answer(step.id, inputs),
        introduction: warning + purpose,
        form: Form(title: step.title, fields: inputs.map { field($0) })
      )
    case .manual(let task):
      return FormDialog(
        .done(step.id, task.fields),
        introduction: heading,
        form: Form(
          title: step.title,
          fields: task.fields.map { field($0) } + [
            text(
              "note",
              "Note",
              meant == nil ? "what you did, for the record" : "what you did, and why you did it",
              isRequired: meant != nil
            ),
            decision(["done"], label: "Is it done?"),
          ]
        )
      )
    default: return FormDialog(.note(step.id), form: Form(title: step.title, fields: []))
    }
  }

  /// What is said to whoever does what others are meant to do.
  static func inPlace(of people: String) -> [StyledText] {
    [StyledText("This is for \(people). Do it in their place only where you must.", .warning)]
  }

  static func signOff(
    _ step: Step,
    _ request: RunEvent.ApprovalRequested,
    _ given: [RunEvent.ApprovalGiven],
    _ run: RunModel,
    _ context: ConsoleContext
  ) -> FormDialog {
    let me = context.operatorName
    let signers = signers(request, given, run)
    let people = signers.filter { $0 == me } + signers.filter { $0 != me }
    var introduction: [StyledText] = [StyledText(request.statement, .strong), ""]
    if !request.excluded.isEmpty {
      introduction.append(
        StyledText(
          "Not \(request.excluded.joined(separator: ", ")): nobody signs off their own work."
        )
      )
    }
    if let alone = request.alone {
      introduction.append(StyledText("Whoever did the work may sign as well: \(alone)", .warning))
    }
    if let confirmation = request.confirmation, confirmation.count > 40 {
      introduction.append(StyledText("To approve, type: \(confirmation)", .accent))
    }
    for evidence in request.evidence {
      introduction.append(
        StyledText(
          "binds \(evidence.name), \(evidence.blob.length) bytes, \(evidence.blob.digest.short)",
          .dim
        )
      )
    }
    if !request.evidence.isEmpty {
      introduction.append(StyledText("ctrl-o opens it, and v outside a text field.", .accent))
    }
    let head = run.head ?? Digest(of: "")
    introduction.append(StyledText("record up to \(head.short)", .dim))
    switch run.state.signaturePolicy {
    case .typedNames:
      introduction.append(
        StyledText(
          "The name is typed, not signed with a key: it proves no more than that.",
          .warning
        )
      )
    case .sshSignatures: introduction.append(SigningKeys.looking)
    }
    var fields = [
      Form.Field(
        name: "by",
        label: "Who signs off?",
        hint: RoleNames.text(request.roles, among: run.state.created?.operators ?? []),
        answer: .choice(people.isEmpty ? [""] : people, selected: 0),
        validate: { $0.isEmpty ? "nobody on this site may sign this off" : nil }
      ),
      text("comment", "Comment", "what you looked at; the reason, if you reject"),
    ]
    if let confirmation = request.confirmation {
      fields.append(
        Form.Field(
          name: typedWords,
          label: confirmation.count > 40
            ? "Type the words above to approve" : "Type \(confirmation) to approve",
          answer: .text(TextField()),
          validate: { $0.isEmpty || $0 == confirmation ? nil : "that is not what is asked for" }
        )
      )
    }
    let isSigned = run.state.signaturePolicy == .sshSignatures
    fields.append(decision(["approve", "reject"] + (isSigned ? [elsewhere] : [])))
    return FormDialog(
      .signOff(step.id, seen: head),
      introduction: introduction,
      form: Form(title: "Sign-off: \(step.title)", fields: fields)
    )
  }

  /// Who may sign a request off.
  static func signers(
    _ request: RunEvent.ApprovalRequested,
    _ given: [RunEvent.ApprovalGiven],
    _ run: RunModel
  ) -> [String] {
    let taken = Set(given.map(\.by) + request.excluded)
    return (run.state.created?.operators ?? [])
      .filter { !taken.contains($0.name) && !Set($0.roles).isDisjoint(with: request.roles) }
      .map(\.name)
  }

  static func failure(
    _ step: Step,
    _ result: StepResult,
    _ state: RunState
  ) -> FormDialog {
    let isRollingBack = state.rollback != nil
    var introduction = [StyledText(result.failure?.message ?? result.summary, .bad)]
    if let advice = result.failure?.advice, !advice.isEmpty {
      introduction.append(StyledText(advice))
    }
    introduction += [""]
    if !isRollingBack, step.onFailure == .rollback {
      introduction += [
        StyledText("The runbook rolls back where this fails: choose roll-back-run.", .warning), "",
      ]
    }
    introduction +=
      isRollingBack
      ? [
        "retry: another attempt.  mark-done: you attest that it is undone.",
        "skip: it is left as it is, and the rollback goes on.  abort-run: so is all the rest.",
      ]
      : [
        "retry: another attempt.  skip: go on without it; what needs it is skipped too.",
        "mark-done: you attest that its effect stands.  accept: the failure stands.",
        "roll-back-run: shows what would be undone, and asks.",
      ]
    return FormDialog(
      .decide(step.id),
      introduction: introduction,
      form: Form(
        title: "\(step.title): failed",
        fields: [
          decision(
            ["retry", "skip", "mark-done"]
              + (isRollingBack ? ["abort-run"] : ["accept", "abort-run", rollBackRun])
          ),
          text("reason", "Why?", "kept in the record"),
        ]
      )
    )
  }

  /// The secrets that a step waits for.
  static func secrets(_ step: Step, _ names: [String], _ run: RunState) -> FormDialog {
    FormDialog(
      .secrets(names),
      introduction: [
        "It is handed to the runner, which keeps it in memory only. A runner that dies has "
          + "forgotten it, and the run asks again."
      ],
      form: Form(
        title: "\(step.title): a secret",
        fields: names.compactMap { name in
          run.declaration(ofSecret: name).map { field($0, named: name) }
        }
      )
    )
  }

  /// The last look before a change: the exact command, and for the worst a word to type.
  ///
  /// - Parameter meant: who is meant to give it, where that is not the one who does.
  static func release(
    _ step: Step,
    _ commands: Result<CommandList, PreviewRefusal>,
    _ run: RunState,
    _ context: ConsoleContext,
    meant: String? = nil
  ) -> Dialog {
    var body: [StyledText] = []
    if step.go != nil { body.append(StyledText("\(run.go(of: step.id)): go?", .strong)) }
    if let meant { body += inPlace(of: meant) }
    // Before all else: on a small screen the end is cut off first.
    body.append(
      StyledText(
        "On \(context.site.name), world \(context.world.rawValue). \(undo(step))",
        step.reversibility == .no ? .warning : .strong
      )
    )
    if !step.purpose.isEmpty { body.append(StyledText(step.purpose)) }
    body.append("")
    switch commands {
    case .success(let commands):
      for action in commands.actions {
        body.append(StyledText(CommandText.render(action.argv), .accent))
        if let input = action.standardInput {
          body.append(StyledText("standard input: \(input)", .dim))
        }
      }
    case .failure(let refusal): body.append(StyledText("command: \(refusal.reason)", .dim))
    }
    return Dialog(
      title: "\(step.title): go?",
      body: body,
      buttons: [Dialog.Button("Go", style: step.risk == .destructive ? .bad : .strong)],
      acknowledgement: step.risk == .destructive ? step.id.name : nil
    )
  }

  private static func undo(_ step: Step) -> String {
    switch step.reversibility {
    case .no: "It cannot be undone."
    case .until(let span): "It can be undone for \(DurationText.format(span))."
    case .yes: step.rollback == nil ? "It can be undone by hand." : "It has a rollback."
    }
  }

  static func abort(_ run: RunModel) -> FormDialog {
    FormDialog(
      .abort,
      introduction: [
        "What is under way finishes; nothing further starts. The run ends as aborted and cannot "
          + "be gone on with."
      ],
      form: Form(
        title: "Abort \(run.id)?",
        fields: [decision(["abort"]), text("reason", "Why?", "kept in the record")]
      )
    )
  }

  static func rewind(to step: StepID) -> FormDialog {
    FormDialog(
      .rewind(step),
      introduction: [
        StyledText("\(step) and every step after it are done again; nothing is undone.")
      ],
      form: Form(
        title: "Go back to \(step)?",
        fields: [decision(["rewind"]), text("reason", "Why?", "kept in the record")]
      )
    )
  }

  static func note(_ step: StepID?) -> FormDialog {
    FormDialog(
      .note(step),
      form: Form(
        title: step.map { "A note about \($0)" } ?? "A note about the run",
        fields: [text("text", "Note", "kept in the record")]
      )
    )
  }
}
