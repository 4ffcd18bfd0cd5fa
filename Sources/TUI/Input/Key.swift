/// One press of a key, as far as terminals can tell keys apart.
public enum Key: Sendable, Hashable {
  case character(Character)
  /// Ctrl and a small letter, or one of `space \ ] ^ _`.
  case control(Character)
  /// Alt and a character: ESC and it in one go.
  case alt(Character)
  case enter, escape, tab, backTab, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  case function(Int)
  /// A sequence no key we know of sends. Never bound to anything.
  case unknown

  public static let space = Key.character(" ")

  /// Keys a broken escape sequence can produce by itself: an arrow key split on
  /// a slow link arrives as Esc, `[`, `A`; an answer of the terminal as Esc, `]`
  /// and its text.
  ///
  /// Whatever changes something must not be bound to them.
  public static let reserved: Set<Key> = [
    .character("["), .character("O"),
    .character("A"), .character("B"), .character("C"), .character("D"),
    .character("]"), .character("P"), .character("X"), .character("^"), .character("_"),
  ]
}
