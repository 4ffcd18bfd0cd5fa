extension Template {
  /// The text in a scope as a person reads it aloud: as ``text(in:)``, but `3000` is `3,000`.
  public func sentence(in scope: Scope) throws(EvaluationError) -> String {
    let evaluator = Evaluator(scope: scope, file: position.file)
    var text = ""
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .expression(let node):
        let value = try evaluator.value(of: node)
        if let count = value.int { text += Self.grouped(count) } else { text += try shown(value) }
      }
    }
    return text
  }

  /// `3,000`: a count is misread by a factor of ten without it.
  private static func grouped(_ count: Int) -> String {
    let digits = String(count.magnitude)
    var text = count < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }
}
