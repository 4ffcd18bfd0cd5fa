internal import Glibc
internal import Runbooks

extension StateDirectory {
  /// For whom a state directory is (decision 046).
  enum Standing: Sendable, Hashable {
    /// It is made with the first run, for its owner alone.
    case absent
    /// One account's: what is made in it is 0700 and 0600.
    case own
    /// A group's, with this number: what is made in it is 2770 and 0660.
    case shared(gid_t)
    /// Neither, or not for whoever asks: what is wrong and how to mend it.
    case refused(String)

    /// Judges a directory by what stat(2) says of it.
    ///
    /// Where nobody but the owner may write, nobody else gets at a run: its directory is 0700.
    ///
    /// - Parameters:
    ///   - group: its group, and that group's name.
    ///   - groups: those of whoever asks.
    init(
      of path: String,
      mode: mode_t,
      group: (number: gid_t, name: String),
      groups: Set<gid_t>
    ) {
      let word = CommandText.render([path])
      let mend =
        "Make it yours alone:  chmod 0700 \(word)\nor a group's:  "
        + "chgrp GROUP \(word) && chmod 2770 \(word)"
      let name = "The state directory \(path) (mode \(String(mode & 0o7777, radix: 8)))"
      if mode & 0o022 == 0 {
        self = .own
      } else if mode & 0o007 != 0 {
        self = .refused(
          "\(name) lets in everybody, and not its owner alone may write there.\n\(mend)"
        )
      } else if Sharing(mode: mode, group: group.number) == .owner {
        self = .refused(
          "\(name) is its group's to write in and not shared: what is made there would not be the "
            + "group's (no set-group-ID bit), or the group may not read it.\n\(mend)"
        )
      } else if !groups.contains(group.number) {
        self = .refused(
          "\(name) is shared by the group \(group.name), and you are not in it, so no console of "
            + "its members would talk to a runner of yours.\n"
            + "Have `usermod -aG \(group.name) NAME` run for you and log in anew, "
            + "or name another directory with MAILCONSOLE_STATE."
        )
      } else {
        self = .shared(group.number)
      }
    }
  }

  /// For whom this one is now.
  var standing: Standing {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return .absent }
    let group = (status.st_gid, AccountNames.group(status.st_gid))
    return Standing(of: path, mode: status.st_mode, group: group, groups: Self.groups)
  }

  /// The groups of this process: the effective one and the supplementary ones.
  private static var groups: Set<gid_t> {
    var groups = [gid_t](repeating: 0, count: max(0, Int(getgroups(0, nil))))
    let count = Int(getgroups(Int32(groups.count), &groups))
    return Set(groups.prefix(max(0, count))).union([getegid()])
  }

  /// The runs in it.
  ///
  /// - Throws: why no run is kept there, and how to mend it.
  func store() throws(CommandFailure) -> RunStore {
    if case .refused(let why) = standing { throw CommandFailure(.usage, why) }
    return RunStore(state: path)
  }

  /// Directories of a shared one that are from before it was shared, so that members cannot use
  /// them: `runs`, `runs/RUN`.
  var unshared: [String] {
    guard case .shared = standing else { return [] }
    let store = RunStore(state: path)
    let runs = ((try? store.list()) ?? []).map { "runs/\($0)" }
    return (["runs", "locks", "sockets"] + runs).filter { name in
      access("\(path)/\(name)", F_OK) == 0 && Sharing(of: "\(path)/\(name)") == .owner
    }
  }
}
