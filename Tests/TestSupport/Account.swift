internal import Foundation
internal import Glibc

/// A Unix account by number alone, in its own group and in others; needs root and setpriv(1).
public struct Account: Sendable {
  public let number: Int
  public let groups: [Int]

  public init(_ number: Int, groups: [Int]) {
    self.number = number
    self.groups = groups
  }

  /// Whether tests may act as other accounts here: as root, with setpriv(1), and where the binary
  /// under test may be executed by everybody.
  public static let isPossible: Bool = {
    guard geteuid() == 0 else { return false }
    let console = ConsoleBinary(state: "/nonexistent")
    let words = Account(2_001, groups: [2_001]).words + [console.path, "--version"]
    return (try? Program.run(words[0], Array(words.dropFirst())))?.status == 0
  }()

  /// The words before a command that has it performed by this account, with a umask that leaves
  /// others nothing.
  public var words: [String] {
    [
      "setpriv", "--reuid", "\(number)", "--regid", "\(number)", "--groups",
      groups.map(String.init).joined(separator: ","), "/bin/sh", "-c",
      "umask 077; exec \"$0\" \"$@\"",
    ]
  }
}

extension ConsoleBinary {
  /// Runs a command of the console by another account.
  public func run(_ arguments: [String], by account: Account) throws -> Program.Result {
    let words = account.words + [path] + arguments
    return try Program.run(words[0], Array(words.dropFirst()), environment: environment)
  }

  /// Starts one and leaves it running, all its output going to one file.
  public func start(
    _ arguments: [String],
    by account: Account,
    output: String
  ) throws -> RunningProgram {
    let words = account.words + [path] + arguments
    return try RunningProgram(
      words[0],
      Array(words.dropFirst()),
      environment: environment,
      output: output,
      errors: output
    )
  }
}

/// A state directory that a group shares, with a site and room for a ledger beside it.
public struct SharedPlace: Sendable {
  public static let group = 3_001
  /// Two members of the group and somebody else.
  public static let tomas = Account(2_001, groups: [2_001, group])
  public static let sofia = Account(2_002, groups: [2_002, group])
  public static let stranger = Account(2_003, groups: [2_003])

  public let folder: TemporaryFolder
  public var state: String { folder.path + "/state" }
  public var console: ConsoleBinary { ConsoleBinary(state: state) }
  /// A directory in which everybody may write.
  public var open: String { folder.path + "/open" }

  public init() throws {
    folder = try TemporaryFolder()
    try SmallSite.write(to: folder)
    for (path, mode) in [(folder.path + "/state", mode_t(0o2770)), (folder.path + "/open", 0o777)] {
      mkdir(path, 0o700)
      chown(path, 0, gid_t(Self.group))
      chmod(path, mode)
    }
  }

  /// The one run.
  public func run() throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: console.runs)
    guard names.count == 1 else { throw Unexpected("the runs are \(names)") }
    return names[0]
  }

  /// Everything below the state directory whose mode or group is not the shared one.
  public func misfits() throws -> [String] {
    let files = try FileManager.default.subpathsOfDirectory(atPath: state)
    return files.compactMap { name in
      var status = stat()
      guard lstat(state + "/" + name, &status) == 0 else {
        // What a runner takes away meanwhile.
        return errno == ENOENT ? nil : name
      }
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      let wanted: mode_t = isDirectory ? 0o2770 : 0o660
      let isRight = status.st_mode & 0o7777 == wanted && status.st_gid == gid_t(Self.group)
      guard !isRight else { return nil }
      return "\(name): \(String(status.st_mode & 0o7777, radix: 8)), group \(status.st_gid)"
    }
  }
}
