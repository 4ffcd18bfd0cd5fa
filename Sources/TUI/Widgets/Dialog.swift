/// A question over the screen.
///
/// The harmless answer has the focus first.
public struct Dialog: Sendable, Hashable {
  public struct Button: Sendable, Hashable {
    public var label: String
    public var style: Style

    public init(_ label: String, style: Style = .normal) {
      self.label = label
      self.style = style
    }
  }

  public enum Outcome: Sendable, Hashable {
    case cancelled
    /// A button by its index; 0 is always the one that cancels.
    case chosen(Int)
  }

  public var title: String
  public var body: [StyledText]
  public private(set) var buttons: [Button]
  public private(set) var focus = 0
  /// What must be typed before any button but the first works.
  public private(set) var acknowledgement: String?
  public private(set) var field: TextField?
  /// The first line of the body that is shown.
  public private(set) var top = 0
  /// What a button lacked when it was chosen and did nothing; said until the next key.
  public private(set) var lack: String?

  /// - Parameters:
  ///   - body: Lines; long ones are wrapped.
  ///   - cancel: The answer that changes nothing: first, and focused.
  ///   - acknowledgement: A word to type, for the worst. Pasting it does not
  ///     count.
  public init(
    title: String,
    body: [StyledText],
    cancel: String = "Cancel",
    buttons: [Button],
    acknowledgement: String? = nil
  ) {
    self.title = title
    self.body = body
    self.buttons = [Button(cancel)] + buttons
    self.acknowledgement = acknowledgement
    field = acknowledgement.map { _ in TextField() }
  }

  /// Something to know and no choice.
  public static func notice(title: String, body: [StyledText]) -> Dialog {
    Dialog(title: title, body: body, cancel: "Close", buttons: [])
  }

  /// Whether a button would do something now.
  public func isEnabled(_ button: Int) -> Bool {
    guard button > 0, let acknowledgement else { return true }
    return field?.text == acknowledgement
  }

  public mutating func handle(_ key: Key) -> Outcome? {
    lack = nil
    switch key {
    case .escape, .control("c"): return .cancelled
    case .tab, .right: focus = (focus + 1) % buttons.count
    case .backTab, .left: focus = (focus + buttons.count - 1) % buttons.count
    case .down, .pageDown: top += key == .down ? 1 : 5
    case .up, .pageUp: top = max(0, top - (key == .up ? 1 : 5))
    case .enter where !isEnabled(focus):
      lack =
        "\(buttons[focus].label) does nothing yet: type \(acknowledgement ?? "") first, letter by letter."
    case .enter: return focus == 0 ? .cancelled : .chosen(focus)
    default: _ = field?.handle(key)
    }
    return nil
  }

  /// Pasted text is ignored, the word above all: what is typed was read.
  public mutating func handlePaste(_ text: String) {}
}
