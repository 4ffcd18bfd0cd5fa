/// Every picture an operator moves between; each is one file, and one case here.
enum Screen: Hashable, Sendable, CaseIterable {
  case status, plan, runbooks, run, step, queue, messages, runs, evidence, journal, text
  case exercise, inbox, operations

  /// What it is made of.
  var type: any ConsoleScreen.Type {
    switch self {
    case .status: StatusScreen.self
    case .plan: PlanScreen.self
    case .runbooks: RunbooksScreen.self
    case .run: RunScreen.self
    case .step: StepScreen.self
    case .queue: QueueScreen.self
    case .messages: MessagesScreen.self
    case .runs: RunsScreen.self
    case .evidence: EvidenceScreen.self
    case .journal: JournalScreen.self
    case .text: TextScreen.self
    case .operations: OperationsScreen.self
    case .exercise: ExerciseScreen.self
    case .inbox: InboxScreen.self
    }
  }
}
