internal import ClusterOps
internal import Runbooks
internal import TUI

/// All the console asks of one of its screens.
///
/// A screen is a value: it keeps its own pointer and filter, reads the rest from the model, and asks
/// the console for what it cannot do itself. The defaults are those of a page without rows.
protocol ConsoleScreen: Sendable {
  /// Whose keys act here, before those that act everywhere.
  static var keys: KeyContext { get }
  /// Its keys and commands; those in the global context lead to it from anywhere.
  static var bindings: [ConsoleKeys.Binding] { get }
  /// How one comes to it with ``ConsoleAction/show(_:)``; empty: only from another screen.
  static func opening(in model: ConsoleModel) -> [ScreenRequest]

  /// What was typed after `/`.
  var filter: TextFilter? { get set }
  /// What is read anew whenever one comes back to it.
  var readAnew: [ConsoleEffect] { get }

  /// Its name in the line that says where one is.
  func crumb(in model: ConsoleModel) -> String
  /// How many rows the filter leaves, of how many; nil: it has no rows to count.
  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)?
  /// What stands in the header of it while no run is open.
  func headline(in model: ConsoleModel) -> StyledText?
  /// What stands at the end of the line that says where one is.
  func aside(in model: ConsoleModel) -> StyledText?
  /// What its keys act on where that can change by itself; nil: what the pointer was put on.
  func subject(in model: ConsoleModel) -> String?
  /// The step that is looked at, which `act`, `evidence` and `note` are about.
  func step(in model: ConsoleModel) -> StepID?

  /// Filters its rows, or marks what is found in its text; nil: nothing.
  mutating func setFilter(_ filter: TextFilter?, in model: ConsoleModel)
  /// Moves the pointer, or the text.
  mutating func move(_ motion: Motion, in model: ConsoleModel)
  /// Does what one of its own keys asks for; nil: that is the console's.
  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]?
  /// Goes to the row of a number, from 1, as typed after `:`; nil: its rows have no numbers.
  mutating func go(to number: Int, in model: ConsoleModel) -> [ScreenRequest]?
  /// Takes in what has changed or was read, shown or hidden.
  mutating func take(_ news: ScreenNews, in model: ConsoleModel)

  /// Draws it, without what stands around every screen.
  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame)
  /// The same as whole lines of plain text, raw as the world wrote it: whoever prints it makes it harmless.
  func plain(_ model: ConsoleModel) -> [String]
}

/// What a screen asks of the console, in this order.
enum ScreenRequest: Sendable {
  /// Says it in the line above the footer.
  case say(StyledText)
  /// Shows a further screen over it.
  case push(any ConsoleScreen)
  /// Goes back to the open screen of that kind; where there is none, shows this one over the first.
  case visit(any ConsoleScreen)
  /// Goes on with the unfinished run of a runbook, or starts one.
  case openRunbook(ShelfEntry)
  /// The same for a runbook that a check names, with what it fills in of its inputs.
  case reachFor(ShelfEntry, Prefill?)
  case openRun(RunListing)
  /// Leaves the open run for one below or above it.
  case changeRun(RunID)
  /// Opens a run and points at one of its steps; nil: where it stands.
  case openStep(RunID, StepID?)
  /// Asks, and does it on yes.
  case ask(Dialog, ConfirmedAction)
  case form(FormDialog)
  /// Looks at every check anew.
  case look
  case effect(ConsoleEffect)

  /// Reads a file and shows it.
  static func read(_ file: EvidenceReference) -> [ScreenRequest] {
    [.say(StyledText("Reading \(file.name)…", .dim)), .effect(.readEvidence(file))]
  }
}

/// What reaches the screens that are open.
enum ScreenNews: Sendable {
  /// The open run went on, more of its record was read, or there is another room to show it in.
  case run(RunModel)
  /// The runs of the state directory were read.
  case runs(RunShelf)
  /// It was worked out where the plan stands, or why not.
  case plan(Result<PlanBoard, CommandFailure>)
  case queue(QueueListing)
  /// The exercise was read; the model still has what was known before.
  case exercise
  /// Other runbooks are on the shelf than these.
  case shelf(before: [ShelfEntry])
}

extension ConsoleScreen {
  static func opening(in model: ConsoleModel) -> [ScreenRequest] { [] }

  var readAnew: [ConsoleEffect] { [] }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? { nil }
  func headline(in model: ConsoleModel) -> StyledText? { nil }
  func aside(in model: ConsoleModel) -> StyledText? { nil }
  func subject(in model: ConsoleModel) -> String? { nil }
  func step(in model: ConsoleModel) -> StepID? { nil }

  mutating func setFilter(_ filter: TextFilter?, in model: ConsoleModel) { self.filter = filter }
  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? { nil }
  mutating func go(to number: Int, in model: ConsoleModel) -> [ScreenRequest]? { nil }
  mutating func take(_ news: ScreenNews, in model: ConsoleModel) {}
}

extension ConsoleModel {
  /// Lets the screen do what its own key asks for; nil: that is the console's.
  mutating func askScreen(to action: ConsoleAction) -> [ConsoleEffect]? {
    let model = self
    return screen.perform(action, in: model).map { carryOut($0) }
  }

  /// Goes to a screen; the one that is shown is read anew instead.
  mutating func show(_ wanted: Screen) -> [ConsoleEffect] {
    if type(of: screen) == wanted.type { return askScreen(to: .refresh) ?? screen.readAnew }
    return carryOut(wanted.type.opening(in: self))
  }

  /// Does what a screen asks for, in its order.
  mutating func carryOut(_ requests: [ScreenRequest]) -> [ConsoleEffect] {
    requests.flatMap { request -> [ConsoleEffect] in
      switch request {
      case .say(let words): notice = words
      case .push(let screen): push(screen)
      case .visit(let screen): visit(screen)
      case .openRunbook(let entry): return open(entry)
      case .reachFor(let entry, let prefill): return open(entry, filling: prefill)
      case .look: return askToLook(isAsked: true)
      case .openRun(let listing): return open(listing)
      case .changeRun(let run): return change(to: run)
      case .openStep(let run, let step): return open(run, at: step)
      case .ask(let dialog, let action): overlay = .question(dialog, action)
      case .form(let form): show(form)
      case .effect(let effect): return [effect]
      }
      return []
    }
  }

  /// The filter of the screen as it was typed.
  var filterText: String { screen.filter?.text ?? "" }

  /// Filters the rows of the screen, or marks what is found in text; empty: nothing.
  mutating func setFilter(_ text: String) {
    let model = self
    screen.setFilter(text.isEmpty ? nil : TextFilter(text), in: model)
  }

  /// Shows the screen as plain text, whole lines with nothing left out for want of room.
  mutating func showAsText() {
    let page = screen.plain(self).joined(separator: "\n")
    push(TextScreen(title: "\(screen.crumb(in: self)) as text", bytes: Array(page.utf8)))
  }
}
