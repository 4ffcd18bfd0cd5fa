import Foundation
import TestSupport
import Testing

@testable import mailconsole

/// What logind's configuration means for a runner, on a file system of the test's own.
@Suite("Logins and runners") struct LoginSessionsTests {
  private let root: TemporaryFolder

  init() throws {
    root = try TemporaryFolder()
    try root.write("", to: "run/systemd/system/.keep")
  }

  private var logins: LoginSessions { LoginSessions(root: root.path, user: "tomas") }

  @Test("nothing is killed unless the configuration asks for it")
  func unasked() throws {
    #expect(!logins.killsProcesses)
    try root.write("[Login]\n#KillUserProcesses=yes\n", to: "etc/systemd/logind.conf")
    #expect(!logins.killsProcesses)
    try root.write("[Login]\nKillUserProcesses=yes\n", to: "etc/systemd/logind.conf")
    #expect(logins.killsProcesses)
    #expect(!LoginSessions(root: root.path, user: "root").killsProcesses, "root is left out")
  }

  @Test("a drop-in counts after the main file, and the same name in /etc counts instead")
  func dropIns() throws {
    try root.write("[Login]\nKillUserProcesses=no\n", to: "etc/systemd/logind.conf")
    try root.write(
      "[Login]\n KillUserProcesses = yes\n",
      to: "usr/lib/systemd/logind.conf.d/50-kill.conf"
    )
    #expect(logins.killsProcesses)
    try root.write("[Login]\n", to: "etc/systemd/logind.conf.d/50-kill.conf")
    #expect(!logins.killsProcesses)
    try root.write(
      "[Login]\nKillUserProcesses=1\nKillExcludeUsers=root tomas\n",
      to: "etc/systemd/logind.conf.d/60.conf"
    )
    #expect(!logins.killsProcesses)
    try root.write(
      "[Login]\nKillOnlyUsers=sofia\nKillExcludeUsers=\n",
      to: "etc/systemd/logind.conf.d/70.conf"
    )
    #expect(!logins.killsProcesses)
    #expect(LoginSessions(root: root.path, user: "sofia").killsProcesses)
  }

  @Test("without systemd nobody kills")
  func noSystemd() throws {
    try root.write("[Login]\nKillUserProcesses=yes\n", to: "etc/systemd/logind.conf")
    try FileManager.default.removeItem(atPath: root.path + "/run/systemd")
    #expect(!logins.killsProcesses)
  }

  @Test("a scope is used only where the user lingers: without, it ends with the last login")
  func scope() throws {
    try root.write("", to: "user/systemd/private")
    let program = try root.write("#!/bin/sh\n", to: "bin/systemd-run")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let environment = ["XDG_RUNTIME_DIR": root.path + "/user", "PATH": root.path + "/bin"]
    func home() -> RunnerProcess.Home { .find(environment: environment, logins: logins) }
    #expect(home() == .session(endsWithLogin: false))
    #expect(home().warning == nil)
    try root.write("[Login]\nKillUserProcesses=yes\n", to: "etc/systemd/logind.conf")
    #expect(home() == .session(endsWithLogin: true))
    #expect(home().warning?.contains("enable-linger") == true)
    try root.write("", to: "var/lib/systemd/linger/tomas")
    #expect(home() == .scope(systemdRun: program))
    #expect(home().warning == nil)
  }
}
