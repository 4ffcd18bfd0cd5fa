/// What an exit status of swaks(1) says.
enum SwaksEnding: Sendable, Hashable {
  case done
  /// The session ended before it was wanted, at a step that was refused or broke off.
  case stopped(at: SMTPStage)
  /// No connection was made.
  case unconnected
  /// swaks itself could not do what was asked: options, missing modules.
  case unusable

  init(_ status: Int) {
    switch status {
    case 0: self = .done
    case 2: self = .unconnected
    case 6, 21: self = .stopped(at: .connect)
    case 22: self = .stopped(at: .ehlo)
    case 29, 32: self = .stopped(at: .tls)
    case 28: self = .stopped(at: .auth)
    case 23: self = .stopped(at: .mail)
    case 24: self = .stopped(at: .rcpt)
    case 25, 26: self = .stopped(at: .data)
    // The message was taken; only the farewell was not answered.
    case 27: self = .done
    default: self = .unusable
    }
  }

  /// The last step that was answered as wanted; empty: none.
  var reached: String {
    guard case .stopped(let stage) = self, let place = SMTPStage.allCases.firstIndex(of: stage),
      place > 0
    else { return "" }
    return SMTPStage.allCases[place - 1].rawValue
  }
}
