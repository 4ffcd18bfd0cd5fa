extension Form where Output == StepID {
  static var stepID: Form { Form<String>.slug.map { StepID($0) } }
}

extension Form where Output == RunbookID {
  static var runbookID: Form { Form<String>.slug.map { RunbookID($0) } }
}

extension Form where Output == Role {
  static var role: Form {
    Form<String>.pattern(
      Names.rolePattern,
      as: "a role",
      like: "E3",
      matches: Names.isRole
    ).map { Role($0) }
  }
}

extension Form where Output == OperationName {
  static var operation: Form {
    Form<String>.pattern(
      Names.operationPattern,
      as: "the name of an operation",
      like: "postfix.queue",
      matches: Names.isOperation
    ).map { OperationName($0) }
  }
}

extension Form where Output == String {
  /// A ticket or an exit criterion.
  static var cover: Form {
    .pattern(
      Names.coverPattern,
      as: "a ticket or an exit criterion",
      like: "MS-3 or T2.2",
      matches: Names.isCover
    )
  }

  /// A person of `operators.yaml`.
  static var person: Form {
    .pattern(
      Names.personPattern,
      as: "the name of an operator",
      like: "erin",
      matches: Names.isPerson
    )
  }

  /// The version of a runbook.
  static var version: Form {
    .pattern(
      Names.versionPattern,
      as: "a version of three numbers",
      like: "1.0.0",
      matches: Names.isVersion
    )
  }

  /// A domain name; editors are not told its form.
  static var domain: Form {
    Form(schema: ["type": "string"]) { node, reader in
      guard let text = reader.text(of: node, as: "a domain name") else { return nil }
      guard Names.isDomain(text) else {
        reader.note(
          "`\(text.excerpt)` is not a domain name",
          fix: "Write it in full like mail.example.org.",
          at: node.mark
        )
        return nil
      }
      return text
    }
  }
}
