internal import Runbooks
internal import TUI

/// Everything the screens show, as one value.
///
/// Events change it through ``update(_:)``; views read it; nothing in it acts.
struct ConsoleModel: Sendable {
  /// Who sits here, on which site, in which world.
  var context: ConsoleContext
  var size: Size
  let keys: KeyTable<ConsoleAction>

  /// The waves and runbooks, each with its latest run.
  var shelf: [ShelfEntry]
  /// Whether all runbooks were read, so that those with errors are known.
  var isLibraryRead = false
  /// The run this console has open, if any.
  var run: RunModel?

  /// The checks of the site and what they found.
  var status: StatusBoard
  /// The time of the last event, by the wall clock; with a seat at an exercise by that of its world.
  var now: Moment
  /// The time of the last event by the wall clock, whatever the world's shows.
  var wall: Moment
  /// What is known of the exercise at which this console has a seat; nil: it has none.
  var exercise: SeatModel?
  /// The step to point at once its run is open.
  var wantedStep: WantedStep?

  /// From the first screen to the one shown; never empty.
  private(set) var screens: [any ConsoleScreen]
  /// What lies over the screen and has the keyboard.
  var overlay: Overlay?
  /// Whether a run was asked for and is not open yet; a second ask would meet the first.
  var isOpening = false
  /// The runbook to open once the runs have been read anew: others may have begun one since.
  var wanted: WantedRunbook?
  /// What was typed into forms and has not arrived.
  var drafts = Drafts()
  /// The dialog that was left for the evidence it binds.
  var setAside: SetAside?
  /// What just happened, in the line above the footer.
  var notice: StyledText = ""
  /// What is done elsewhere, by its number.
  var pending: [Int: PendingWork] = [:]
  /// The time as it was last told, while something is waited for.
  var clock: ContinuousClock.Instant?
  var commandHistory = InputHistory()
  var exitCode: Int32?

  /// - Parameter home: the first screen.
  init(
    context: ConsoleContext,
    size: Size,
    keys: KeyTable<ConsoleAction>,
    shelf: [ShelfEntry],
    status: StatusBoard = StatusBoard(),
    now: Moment = Moment(milliseconds: 0),
    home: any ConsoleScreen = StatusScreen()
  ) {
    self.status = status
    self.now = now
    wall = now
    screens = [home]
    self.context = context
    self.size = size
    self.keys = keys
    self.shelf = shelf
  }

  /// Every open screen, the first one first.
  var screensShown: [any ConsoleScreen] { screens }

  /// The screen that is shown.
  var screen: any ConsoleScreen {
    get { screens[screens.count - 1] }
    set { screens[screens.count - 1] = newValue }
  }

  /// Shows a further screen, over those before it.
  mutating func push(_ screen: any ConsoleScreen) { screens.append(screen) }

  /// Goes back by one screen; the first one stays.
  mutating func pop() {
    if screens.count > 1 { screens.removeLast() }
    takeUpAgain()
  }

  /// Goes back to the first screen.
  mutating func popHome() {
    screens.removeSubrange(1...)
    setAside = nil
  }

  /// Goes back to the open screen of a kind, or shows this one over the first.
  mutating func visit(_ screen: any ConsoleScreen) {
    let open = screens.firstIndex { type(of: $0) == type(of: screen) }
    screens.removeSubrange(((open ?? 0) + 1)...)
    setAside = nil
    if open == nil { push(screen) }
  }

  /// Tells every screen that is open, the hidden ones too, what there is to know.
  mutating func tell(_ news: ScreenNews) {
    let model = self
    for index in screens.indices { screens[index].take(news, in: model) }
  }
}

/// Who sits at the console and on what they act.
struct ConsoleContext: Sendable {
  let site: Site
  let world: World
  let operatorName: String
  /// What the terminal cannot do, for the status line.
  var remark: String?
  /// Why a run may not outlive the login, said when one is opened.
  var lifetimeWarning: String?
  /// Whether a shell could continue the console after ctrl-z.
  var canSuspend = true
  /// The runbook files that cannot be used.
  var unusable: [UnusableRunbook] = []
  /// Works out the exact commands of a step before it runs.
  let preview: StepPreview
}

/// A runbook on the screen of runbooks.
struct ShelfEntry: Sendable {
  /// What came of a runbook on this site and in this world.
  enum Standing: Sendable, Hashable {
    /// The records of the runs are being read.
    case reading
    case neverRun
    case run(RunListing)
  }

  /// What stands at the beginning of its file.
  let head: RunbookHead
  /// All of it; nil as long as only its beginning was read.
  var runbook: Runbook?
  var standing: Standing = .neverRun
  /// Runs of it that have not ended, besides the latest; the newest first.
  var unfinished: [RunListing] = []

  init(head: RunbookHead, standing: Standing) {
    self.head = head
    self.standing = standing
  }

  init(runbook: Runbook, standing: Standing = .neverRun, unfinished: [RunListing] = []) {
    head = RunbookHead(runbook)
    self.runbook = runbook
    self.standing = standing
    self.unfinished = unfinished
  }

  /// The same runbook with its runs, the newest first.
  func standing(by runs: [RunListing]) -> ShelfEntry {
    var entry = self
    entry.standing = runs.first.map { .run($0) } ?? .neverRun
    entry.unfinished = runs.dropFirst().filter(\.status.isOpen)
    return entry
  }

  /// The latest run, where it is known.
  var latest: RunListing? {
    if case .run(let listing) = standing { listing } else { nil }
  }
}

/// A run as the list of runs knows it.
struct RunListing: Sendable, Hashable {
  let run: RunID
  let runbook: RunbookID
  let world: World
  let site: String
  let started: Moment
  let status: RunStatus
  /// Whether some process drives it now.
  let isDriven: Bool
  /// Who drives it in that process.
  var driver: String?
  /// When the last event was recorded, by the wall clock.
  var last: Moment?
  /// Who holds which roles in it.
  var operators: [RunOperator] = []
}

/// What lies over a screen.
enum Overlay: Sendable {
  case help(HelpPanel)
  case prompt(CommandPrompt)
  case question(Dialog, ConfirmedAction)
  case form(FormDialog)
}

/// What the operator is asked to confirm.
enum ConfirmedAction: Sendable, Hashable {
  case quit
  case release(StepID, seen: Digest?)
  case takeOver(RunID)
  /// Leaves the run that is open here for another one.
  case change(to: RunListing)
  /// Something is said to the exercise, or its clock is set.
  case exercise(ExerciseOrder)
  /// A sign-off that was signed elsewhere.
  case handIn(RunCommand, by: String)
}
