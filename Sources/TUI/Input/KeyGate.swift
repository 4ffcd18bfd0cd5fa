/// Lets a key act only on what its presser can have seen.
///
/// Keys wait in the terminal while a screen changes under them, and what they meant was the screen
/// before. One that was typed before the place it meets was shown is a burst of one: see
/// ``InputEvent/burst(_:)``. A value without a clock.
public struct KeyGate<Place: Hashable & Sendable>: Sendable {
  /// Nobody reads a screen that came by itself, and answers it, in less.
  public static var reaction: Duration { .milliseconds(100) }

  /// What the last frame showed; nil when it is no longer to be relied on.
  private var seen: Place?
  /// Where the last key led; any other place came by itself.
  private var expected: Place?
  /// The place is another than where the last key led, and has not been shown yet.
  private var cameByItself = false
  /// A resize, a stop or a paste came between.
  private var isDisturbed = false
  /// What the last event did has not been shown yet.
  private var isUnshown = false
  /// The next read was there before the frame.
  private var isNextBlind = false
  private var blindUntil: ContinuousClock.Instant?

  public init() {}

  /// Judges an event that comes in while the application is at a place.
  public mutating func admit(
    _ event: InputEvent,
    at place: Place,
    now: ContinuousClock.Instant
  ) -> InputEvent {
    note(place)
    switch event {
    case .key(let key):
      // A dialog shows where the focus is: enter says yes to that and not to what it will be.
      let isCurrent = place == seen && !isNextBlind && !(key == .enter && isUnshown)
      isNextBlind = false
      return isCurrent && blindUntil.map { now >= $0 } ?? true ? event : .burst([key])
    case .burst:
      isNextBlind = false
    case .paste, .resize, .signal(.resumed):
      isNextBlind = false
      isDisturbed = true
      seen = nil
    case .focus, .signal, .hangUp: break
    }
    return event
  }

  /// The event was taken in and led to a place.
  public mutating func took(leadingTo place: Place) {
    expected = place
    isUnshown = true
  }

  /// A frame of a place was sent.
  ///
  /// - Parameter isInputWaiting: Whether something had been typed by then.
  public mutating func shown(
    _ place: Place,
    isInputWaiting: Bool,
    now: ContinuousClock.Instant
  ) {
    note(place)
    if place != seen {
      isNextBlind = isInputWaiting
      if cameByItself || isDisturbed { blindUntil = now + Self.reaction }
    }
    seen = place
    expected = place
    cameByItself = false
    isDisturbed = false
    isUnshown = false
  }

  private mutating func note(_ place: Place) {
    if let expected, expected != place { cameByItself = true }
  }
}
