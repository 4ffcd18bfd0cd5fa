internal import Glibc
internal import Runbooks

/// Asks for a site on a terminal, one question after the other, and judges each answer at once.
struct SiteInterview {
  private(set) var site: NewSite
  /// The roles of the plan, each of which somebody should hold.
  let roles: [PlanRole]

  init(_ site: NewSite, roles: [PlanRole]) {
    self.site = site
    self.roles = roles
  }

  /// Whether somebody could type, and read what is asked.
  static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  /// Asks what is not answered yet.
  mutating func ask() throws(CommandFailure) {
    for question in site.questions where site.answers[question] == nil {
      repeat {
        guard let answer = try ask(question) else { break }
        site.answers[question, default: []].append(answer)
      } while question.isRepeated
    }
  }

  /// Asks until the answer is one; nil: there is none, or none further.
  private func ask(_ question: SiteQuestion) throws(CommandFailure) -> String? {
    let isFirst = (site.answers[question] ?? []).isEmpty
    let standard = isFirst ? site.standard(question) : nil
    Output.line("")
    Output.line(isFirst ? question.help : "Another one? Enter alone: no.")
    if question == .person { Output.lines(holders) }
    while true {
      if let standard {
        Output.line("Enter alone: \(standard)")
      } else if !question.isRequired {
        Output.line("Enter alone: none.")
      }
      let text = try Self.line(question.rawValue)
      if text.isEmpty, standard != nil || !question.isRequired || !isFirst { return standard }
      if text.isEmpty {
        Output.line("A site cannot be without it.")
      } else if let refusal = site.refusal(of: text, to: question) {
        Output.line("\(refusal)")
      } else {
        return text
      }
    }
  }

  /// The roles of the plan that nobody holds yet, a line each.
  private var holders: String {
    let missing = Self.unheld(roles, by: site.operators)
    return missing.isEmpty
      ? "Every role of the plan has a holder."
      : (["Nobody holds yet:"] + missing.map { "  \($0.role.name)  \($0.title)" })
        .joined(separator: "\n")
  }

  /// The roles that nobody holds.
  static func unheld(_ roles: [PlanRole], by people: [SiteOperator]) -> [PlanRole] {
    let held = Set(people.flatMap(\.roles))
    return roles.filter { !held.contains($0.role) }
  }

  /// Asks for a yes; anything but a no is asked again.
  static func agree(_ question: String) throws(CommandFailure) -> Bool {
    while true {
      Output.line("")
      Output.line(question)
      switch try line("yes or no").lowercased() {
      case "yes", "y": return true
      case "no", "n": return false
      default: continue
      }
    }
  }

  /// One line of the terminal without the blanks around it.
  private static func line(_ sign: String) throws(CommandFailure) -> String {
    Output.raw("\(sign)> ")
    guard let text = readLine() else {
      Output.raw("\n")
      throw CommandFailure(.findings, "The answers ended. Nothing was written.")
    }
    return String(
      text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    )
  }
}
