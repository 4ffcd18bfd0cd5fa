/// The field table of an inject.
enum InjectFields {
  static let id = Field("id", Form<StepID>.stepID, required: true, "Never changes.")
  static let title = Field("title", .text, required: true, "What happens, in a few words.")
  static let at = Field("at", .duration, "So long after the beginning.")
  static let after = Field(
    "after",
    Form<StepID>.stepID,
    "Once this expected action was seen."
  )
  static let overdue = Field(
    "overdue",
    Form<StepID>.stepID,
    "Once the time for this expected action has run out."
  )
  static let delay = Field("delay", .duration, of: ["after", "overdue"], "So long after that.")
  static let via = Field(
    "via",
    Form<Inject.Channel>.cases,
    "How it reaches the players: alert, mail, call or ticket."
  )
  static let from = Field("from", .text, of: ["via"], "Who it comes from in the story.")
  static let to = Field(
    "to",
    Form<Role>.role.list(atLeast: 1),
    of: ["via"],
    "The roles it reaches."
  )
  static let text = Field("text", .text, of: ["via"], "What they get.")
  static let world = Field(
    "world",
    Form<MergePatch>.patch,
    "What it does to the state of the world, key by key; null takes away."
  )

  static let table = FieldTable(
    name: "inject",
    rows: [
      id.row, title.row, at.row, after.row, overdue.row, delay.row, via.row, from.row, to.row,
      text.row, world.row,
    ],
    later: [
      "expected": "Write it in the exercise's list `expected`, with `after:` this inject.",
      "when": "Write `at`, `after` or `overdue`; without any it waits for the facilitator's word.",
    ]
  )
  static let form = Form<Inject>.object(table) { fields, reader in reader.inject(fields) }
}

extension Reader {
  fileprivate mutating func inject(_ fields: Fields) -> Inject? {
    typealias Keys = InjectFields
    let id = value(Keys.id, in: fields)
    let title = value(Keys.title, in: fields)
    let cue = cue(fields)
    let message = message(fields)
    let world = value(Keys.world, in: fields)
    guard let id, let title else { return nil }
    if !fields.has(Keys.via), !fields.has(Keys.world) {
      note(
        "the inject `\(id)` does nothing",
        fix: "Give it `via`, `to`, `from` and `text`, or `world`, or all of them.",
        at: fields.node.mark
      )
      return nil
    }
    if fields.has(Keys.via), message == nil { return nil }
    return Inject(
      id: id,
      title: title,
      cue: cue,
      message: message,
      patch: world,
      position: position(fields.node.mark)
    )
  }

  private mutating func cue(_ fields: Fields) -> Inject.Cue {
    typealias Keys = InjectFields
    let at = value(Keys.at, in: fields)
    let after = value(Keys.after, in: fields)
    let overdue = value(Keys.overdue, in: fields)
    let delay = value(Keys.delay, in: fields) ?? .zero
    let given = [fields.has(Keys.at), fields.has(Keys.after), fields.has(Keys.overdue)]
    if given.filter(\.self).count > 1 {
      note(
        "the inject is due in more than one way",
        fix: "Keep one of `at`, `after` and `overdue`.",
        at: fields.node.mark
      )
    }
    if let at { return .at(at) }
    if let after { return .after(after, delay) }
    return overdue.map { .overdue($0, delay) } ?? .word
  }

  private mutating func message(_ fields: Fields) -> Inject.Message? {
    typealias Keys = InjectFields
    let via = value(Keys.via, in: fields)
    let from = value(Keys.from, in: fields)
    let to = value(Keys.to, in: fields)
    let text = value(Keys.text, in: fields)
    guard let via else {
      for (key, isThere) in [
        ("from", fields.has(Keys.from)), ("to", fields.has(Keys.to)),
        ("text", fields.has(Keys.text)),
      ] where isThere {
        note(
          "`\(key)` has no meaning without `via`",
          fix: "Say how it reaches the players.",
          at: fields.node.mark
        )
      }
      return nil
    }
    guard let from, let to, let text else {
      for (key, isThere) in [
        ("from", fields.has(Keys.from)), ("to", fields.has(Keys.to)),
        ("text", fields.has(Keys.text)),
      ] where !isThere {
        note(
          "a message needs `\(key)`",
          fix: "Give `from`, `to` and `text`.",
          at: fields.mark(Keys.via)
        )
      }
      return nil
    }
    return Inject.Message(channel: via, sender: from, to: to, text: text)
  }
}
