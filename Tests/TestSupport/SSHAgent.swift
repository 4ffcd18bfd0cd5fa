internal import Foundation

/// A real ssh-agent with keys made for one test; it and they are gone afterwards.
///
/// A class because a process has identity.
public final class SSHAgent {
  public let folder: TemporaryFolder
  public let socket: String
  private let process: RunningProgram

  /// Starts an agent and waits until it listens.
  public init() throws {
    folder = try TemporaryFolder()
    socket = folder.path + "/agent"
    process = try RunningProgram(
      "ssh-agent",
      ["-D", "-a", socket],
      output: folder.path + "/out",
      errors: folder.path + "/err"
    )
    while process.isRunning, !FileManager.default.fileExists(atPath: socket) { usleep(2_000) }
  }

  deinit {
    // A child of a test's thread has SIGTERM blocked, as that thread has.
    process.send(SIGKILL)
    process.wait()
  }

  /// Our environment with this agent in it.
  public var environment: [String: String] {
    var variables = ProcessInfo.processInfo.environment
    variables["SSH_AUTH_SOCK"] = socket
    return variables
  }

  /// Makes a key, gives it to the agent, and returns its public line.
  @discardableResult
  public func addKey(_ name: String, options: [String] = []) throws -> String {
    let path = folder.path + "/" + name
    _ = try Program.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path])
    _ = try Program.run("ssh-add", ["-q"] + options + [path], environment: environment)
    try FileManager.default.removeItem(atPath: path)
    return try String(contentsOfFile: path + ".pub", encoding: .utf8)
      .trimmingCharacters(in: .newlines)
  }

  /// Makes a key for each person of a site's `operators.yaml` and lists them in its `allowed_signers`.
  ///
  /// - Returns: their names.
  @discardableResult
  public func addSigners(of site: String) throws -> [String] {
    let people = try String(contentsOfFile: site + "/operators.yaml", encoding: .utf8)
      .matches(of: /name: (\w+)/).map { String($0.1) }
    let signers = try people.map { "\($0) \(try addKey($0))\n" }.joined()
    try signers.write(toFile: site + "/allowed_signers", atomically: true, encoding: .utf8)
    return people
  }

  /// Takes a key out of the agent.
  public func removeKey(_ name: String) throws {
    _ = try Program.run(
      "ssh-add",
      ["-q", "-d", folder.path + "/" + name + ".pub"],
      environment: environment
    )
  }

  /// Signs bytes with a key in the agent, for any namespace.
  public func sign(_ bytes: [UInt8], _ name: String, namespace: String) throws -> String {
    try Program.run(
      "ssh-keygen",
      ["-Y", "sign", "-n", namespace, "-f", folder.path + "/" + name + ".pub"],
      environment: environment,
      input: Data(bytes)
    ).output
  }
}
