/// Why the engine did not do what it was asked.
public enum RunEngineError: Error, Sendable, Hashable {
  /// The command does not fit the run now.
  case refused(CommandRefusal)
  /// The record could not be written or read; the engine has stopped.
  case record(JournalError)
  /// An event does not fit the state: the journal is not this runbook's, or
  /// was changed.
  case inconsistent(RunStateError)
  /// Another run holds what this one would work on.
  case locked(LockRefusal)
}

extension RunEngineError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .refused(let refusal): refusal.description
    case .record(let error): error.description
    case .locked(let refusal): refusal.description
    case .inconsistent(let error):
      "The journal does not fit the runbook it names (\(error)). Run `mailconsole verify`."
    }
  }
}
