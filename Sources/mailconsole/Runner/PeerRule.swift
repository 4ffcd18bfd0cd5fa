internal import Glibc
internal import Runbooks

/// Who may be at the other end of a runner's socket: the same account, and in a shared state
/// directory the members of its group, as the kernel knows them (decision 046).
struct PeerRule: Sendable, Hashable {
  let account: uid_t
  let sharing: Sharing

  /// The rule of a run for this process.
  init(for directory: RunDirectory) { self.init(account: geteuid(), sharing: directory.sharing) }

  init(account: uid_t, sharing: Sharing) {
    self.account = account
    self.sharing = sharing
  }

  /// Whether an account with these groups is let in; one that is not known is not.
  func admits(_ account: uid_t?, in groups: Set<gid_t>) -> Bool {
    guard let account else { return false }
    if account == self.account { return true }
    guard case .group(let group) = sharing else { return false }
    return groups.contains(group)
  }

  /// Whether who is at the other end of a connection is let in.
  func admits(_ channel: FrameChannel) -> Bool {
    admits(channel.peer, in: sharing == .owner ? [] : channel.peerGroups)
  }
}

/// Names of accounts and groups, for people; numbers where there is no name.
enum AccountNames {
  /// `marek (account 1001)`, else `account 1001`; may ask a directory service.
  static func account(_ number: uid_t) -> String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(number, &entry, &buffer, buffer.count, &found) == 0, found != nil,
      let name = entry.pw_name
    else { return "account \(number)" }
    return "\(String(cString: name)) (account \(number))"
  }

  /// The group's name, else its number.
  static func group(_ number: gid_t) -> String {
    var entry = Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var buffer = [CChar](repeating: 0, count: 65_536)
    guard getgrgid_r(number, &entry, &buffer, buffer.count, &found) == 0, found != nil,
      let name = entry.gr_name
    else { return "\(number)" }
    return String(cString: name)
  }
}
