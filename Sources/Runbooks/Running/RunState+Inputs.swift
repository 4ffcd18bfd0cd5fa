extension RunState {
  /// Checks given values against what was asked for.
  ///
  /// - Returns: the values, and the fallbacks where nothing was given.
  func check(
    _ values: [String: Value],
    against inputs: [InputDeclaration],
    for step: StepID
  ) throws(CommandRefusal) -> [String: Value] {
    let known = Set(inputs.map(\.name))
    for name in values.keys.sorted() where !known.contains(name) {
      throw CommandRefusal("\(step) does not ask for `\(name)`.")
    }
    var checked = values
    for input in inputs {
      guard let value = values[input.name] else {
        if let fallback = input.fallback, let value = try? fallback.resolve(in: scope) {
          checked[input.name] = value
        } else if input.isRequired {
          throw CommandRefusal("\(step) asks for `\(input.name)`, which was not given.")
        }
        continue
      }
      if input.isRequired, let refusal = input.form.emptiness(of: value) {
        throw CommandRefusal("`\(input.name)` of \(step): \(refusal)")
      }
      do throws(InputRefusal) {
        checked[input.name] = try input.form.accept(value)
      } catch {
        throw CommandRefusal("`\(input.name)` of \(step): \(error)")
      }
    }
    return checked
  }
}
