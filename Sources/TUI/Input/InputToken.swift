/// What a run of bytes from the terminal means by itself, its time apart.
enum InputToken: Sendable, Hashable {
  case key(Key)
  /// The bytes between the marks of a bracketed paste.
  case paste([UInt8])
  case focus(Bool)
  /// No key: an answer of the terminal, a report of the mouse, a broken character.
  case ignored
}
