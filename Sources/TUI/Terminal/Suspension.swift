import CNcurses

/// Whether `ctrl-z` may stop the console.
///
/// As a login shell, a ForceCommand or the child of a program without job
/// control there is nobody who could say `fg`: SIGTSTP is dropped and SIGSTOP
/// would freeze the session for good. A shell that can continue us is our
/// parent, in our session, in another process group.
public enum Suspension {
  public static var isPossible: Bool { tui_may_suspend() }
}
