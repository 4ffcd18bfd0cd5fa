/// The field table of `checks` in `site.yaml`.
enum LookFields {
  /// Looking takes a process a check; nobody reads faster than this.
  static let least = Duration.seconds(10)

  static let every = Field(
    "every",
    Form<LookInterval>(schema: ["type": "string"]) { node, reader in
      let text = node.scalar?.text ?? ""
      if text == "never" { return .never }
      guard let span = DurationText.parse(text), span >= least else {
        reader.note(
          "`\(text.excerpt)` is no time between two looks",
          fix: "Write 10s or longer, like 5m, or never.",
          at: node.mark
        )
        return nil
      }
      return .every(span)
    },
    required: true,
    "How long after a look the next begins while the status screen is open, e.g. 5m; or never."
  )

  static let table = FieldTable(name: "checks block", rows: [every.row])
  static let form = Form<LookInterval>.object(table) { fields, reader in
    reader.value(every, in: fields)
  }
}
