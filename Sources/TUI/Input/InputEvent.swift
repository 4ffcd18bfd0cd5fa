/// What the outside does to the console.
public enum InputEvent: Sendable, Hashable {
  /// One press of a key: it came alone, and what it acts on was to be seen.
  case key(Key)
  /// Keys nobody pressed one by one at what was shown: several in one read, as a terminal without
  /// marks pastes and as answers without their introducer arrive; keys on the heels of others or
  /// of a paste; keys typed before the screen they meet. They may move and be text; they decide
  /// nothing.
  case burst([Key])
  /// Pasted text, whole, line ends as LF. Never a burst of commands.
  case paste(String)
  case resize(Size)
  case focus(Bool)
  case signal(Signal)
  /// The terminal is gone. Nothing can be shown any more; the loop returns 129
  /// after this.
  case hangUp

  /// Signals that mean something to a console.
  public enum Signal: Sendable, Hashable {
    case interrupt, terminate, quit
    /// Continued after a stop; the screen has been repainted.
    case resumed

    /// The exit code of a process that ends for it, by convention.
    public var exitCode: Int32 {
      switch self {
      case .interrupt: 130
      case .quit: 131
      case .terminate: 143
      case .resumed: 0
      }
    }
  }
}
