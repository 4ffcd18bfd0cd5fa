extension CheckLibrary {
  /// The problems of form, those that lint finds, and what the checks fill in of runbooks.
  ///
  /// - Parameter runbooks: those that a check may name.
  public func problems(by linter: Linter, for runbooks: [Runbook]) -> [RunbookProblem] {
    let named = Dictionary(runbooks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let inputs = checks.flatMap { check in
      linter.problems(inInputsOf: check, for: check.runbook.flatMap { named[$0] })
    }
    return (problems(by: linter, runbooks: Set(named.keys)) + inputs).sorted()
  }
}

extension Linter {
  /// What is wrong with what a check fills in of the inputs of the runbook to reach for.
  ///
  /// - Parameter runbook: nil: there is none of that name, which is told elsewhere.
  func problems(
    inInputsOf check: CheckDefinition,
    for runbook: Runbook?
  ) -> [RunbookProblem] {
    guard !check.inputs.isEmpty else { return [] }
    func problem(_ message: String, fix: String, at place: SourcePosition? = nil) -> RunbookProblem
    {
      RunbookProblem(message, fix: fix, at: place ?? check.position)
    }
    guard check.runbook != nil else {
      return [problem("`inputs` belong to a runbook, and none is named", fix: "Name `runbook`.")]
    }
    guard let runbook else { return [] }
    let scope = TypeScope(site: SiteLoader.names, result: results(of: check.check))
    return check.inputs.sorted { $0.key < $1.key }.compactMap { name, argument -> RunbookProblem? in
      let place = argument.references.first?.reference.position
      guard let input = runbook.inputs.first(where: { $0.name == name }) else {
        let known = runbook.inputs.map(\.name)
        return problem(
          "the runbook `\(runbook.id)` has no input `\(name)`",
          fix: Spelling.hint(
            for: name,
            among: known,
            else: known.isEmpty ? "It takes none." : "It takes \(known.joined(separator: ", "))."
          ),
          at: place
        )
      }
      guard input.form != .secret else {
        return problem(
          "the input `\(name)` of `\(runbook.id)` is a secret, which nothing fills in",
          fix: "Leave it to whoever starts the run.",
          at: place
        )
      }
      do throws(ExpressionError) {
        let type = try argument.type(in: scope)
        guard !type.fits(input.form.type) else { return nil }
        return problem(
          "the input `\(name)` of `\(runbook.id)` is \(input.form.type.phrase), this is \(type.phrase)",
          fix: "Give \(input.form.type.phrase).",
          at: place
        )
      } catch {
        return RunbookProblem(error)
      }
    }
  }

  /// What a check reads, by name; nothing of an operation that is not known, which is told elsewhere.
  private func results(of check: Check) -> [String: TypeScope.Entry] {
    switch check.subject {
    case .command: CommandReading.names
    case .operation(let call):
      Dictionary(
        (declaration(of: call.operation)?.results ?? []).map {
          ($0.name, TypeScope.Entry($0.type))
        },
        uniquingKeysWith: { first, _ in first }
      )
    }
  }
}
