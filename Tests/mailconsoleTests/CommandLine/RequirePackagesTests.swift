import Foundation
import TestSupport
import Testing

/// What every `make` target does first: nothing, install, or say what an administrator has to do.
@Suite struct RequirePackagesTests {
  private static let script = ConsoleBinary(state: "/nowhere").root + "/scripts/require-packages"

  /// A PATH on which nothing is but bash and dpkg-query, who we are, and programs that note how
  /// they were called.
  private func path(uid: Int, noting names: [String] = []) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["bash", "dpkg-query"] {
      let real = try #require(
        ["/usr/bin/", "/bin/"].map { $0 + name }.first(where: FileManager.default.fileExists)
      )
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/" + name,
        withDestinationPath: real
      )
    }
    try write("echo \(uid)", to: "id", in: folder)
    for name in names {
      try write("echo \"\(name) $*\" >>'\(folder.path)/calls'", to: name, in: folder)
    }
    return folder
  }

  private func write(_ body: String, to name: String, in folder: TemporaryFolder) throws {
    let file = try folder.write("#!/bin/bash\n\(body)\n", to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
  }

  private func require(_ packages: String..., path folder: TemporaryFolder) throws -> Program.Result
  {
    try Program.run(Self.script, packages, environment: ["PATH": folder.path])
  }

  @Test("where all is there it says nothing and asks nobody")
  func present() throws {
    let folder = try path(uid: 0, noting: ["apt-get"])
    let result = try require("bash", "coreutils", path: folder)
    #expect(result.status == 0)
    #expect(result.output.isEmpty && result.errors.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/calls"))
  }

  @Test("where it may not install it names what is missing and ends with 77")
  func notAllowed() throws {
    let folder = try path(uid: 1000, noting: ["apt-get"])
    let result = try require("bash", "no-such-package", "nor-this", path: folder)
    #expect(result.status == 77)
    #expect(result.output.contains("no-such-package nor-this"))
    #expect(!result.output.contains("bash"))
    #expect(result.errors.contains("apt-get install no-such-package nor-this"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/calls"))
  }

  @Test("root installs only what is missing, after it has said so, and lets no daemon start")
  func root() throws {
    let folder = try path(uid: 0, noting: ["apt-get", "install", "rm"])
    let result = try require("bash", "no-such-package", path: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("Missing Debian packages: no-such-package"))
    let calls = try String(contentsOfFile: folder.path + "/calls", encoding: .utf8)
      .split(separator: "\n")
    let apt = try #require(calls.lastIndex { $0.hasPrefix("apt-get install") })
    #expect(calls.first?.hasPrefix("apt-get update") == true)
    #expect(calls[apt].hasSuffix("--no-install-recommends no-such-package"))
    // A machine that has a policy of its own keeps it.
    if !FileManager.default.fileExists(atPath: "/usr/sbin/policy-rc.d") {
      #expect(calls[apt - 1] == "install -m 755 /dev/stdin /usr/sbin/policy-rc.d")
      #expect(calls.last == "rm -f /usr/sbin/policy-rc.d")
    }
  }

  @Test("with sudo that asks for no password it installs through sudo")
  func sudo() throws {
    let folder = try path(uid: 1000, noting: ["apt-get", "sudo", "install", "rm"])
    let result = try require("no-such-package", path: folder)
    #expect(result.status == 0, "\(result.errors)")
    let calls = try String(contentsOfFile: folder.path + "/calls", encoding: .utf8)
    #expect(calls.contains("sudo -n apt-get install"))
  }
}
