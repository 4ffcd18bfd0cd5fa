/// Why no signature was made, in words that say what to do.
public enum SigningFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// No agent answers; with what was found.
  case noAgent(String)
  /// `allowed_signers` has no key for this person that counts now.
  case notListed(String)
  /// The agent holds none of the keys that are listed for this person.
  case noMatchingKey(String, listed: [String], held: Int)
  /// The agent has the key and did not sign.
  case agentRefused(String)
  /// The agent did not answer in time.
  case noAnswer
  /// OpenSSH's programs are not on this machine.
  case missingProgram
  /// Anything else, with what was said.
  case broken(String)

  public var description: String {
    switch self {
    case .noAgent(let detail):
      "No ssh-agent answers (\(detail)). Connect with `ssh -A`, or start one and `ssh-add` your key."
    case .notListed(let name):
      "The site's allowed_signers lists no key for \(name) that is valid now and for sign-offs. "
        + "Have it added by whoever keeps the site; runs begun before keep their list."
    case .noMatchingKey(let name, let listed, let held):
      "Your ssh-agent holds \(Self.count(held, name)); \(name) signs with "
        + "\(listed.joined(separator: " or ")). `ssh-add` that key."
    case .agentRefused(let key):
      "The ssh-agent did not sign with \(key): you or it refused, it is locked, or the key waited "
        + "for a touch. Try again; touch the key when it blinks."
    case .noAnswer:
      "The ssh-agent did not answer in time, and nothing was signed. Touch the key when it blinks; "
        + "look for a PIN prompt, which may be on another desktop or at the other end of a forwarded "
        + "agent; then try again."
    case .missingProgram:
      "ssh-keygen or ssh-add is not on this machine. Install it: apt install openssh-client."
    case .broken(let detail): "No signature could be made: \(detail)."
    }
  }

  private static func count(_ keys: Int, _ name: String) -> String {
    switch keys {
    case 0: "no key"
    case 1: "one key, and it is not \(name)'s"
    default: "\(keys) keys, none of them \(name)'s"
    }
  }
}
