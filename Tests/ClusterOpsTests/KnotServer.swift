import Foundation
import Glibc
import TestSupport

/// A real knotd on loopback with one zone and one TSIG key that may change all of it, made for one test.
///
/// A class because it stands for a process that must be ended once.
final class KnotServer {
  static let program = "/usr/sbin/knotd"
  static var isThere: Bool {
    access(program, X_OK) == 0 && access("/usr/bin/knsupdate", X_OK) == 0
      && access("/usr/bin/kdig", X_OK) == 0
  }

  private let folder: TemporaryFolder
  private let process: RunningProgram
  /// As `server` of dns.publish has it.
  let address: String
  let port: Int

  /// The file of the key, and one with another secret of the same name.
  var key: String { folder.path + "/key" }
  var wrongKey: String { folder.path + "/wrong" }

  /// Starts a server and waits until it listens.
  init(zone: String, _ text: String) throws {
    folder = try TemporaryFolder()
    port = try Self.freePort()
    address = "127.0.0.1#\(port)"
    let secret = Data((0..<32).map { UInt8($0) }).base64EncodedString()
    try folder.write("hmac-sha256:site:\(secret)\n", to: "key")
    try folder.write(
      "hmac-sha256:site:\(Data(repeating: 7, count: 32).base64EncodedString())\n",
      to: "wrong"
    )
    try folder.write(text, to: "zone")
    try folder.write(
      """
      server:
          rundir: "\(folder.path)"
          listen: ["127.0.0.1@\(port)"]
          udp-workers: 1
          tcp-workers: 1
          background-workers: 1
      log:
        - target: stdout
          any: info
      database:
          storage: "\(folder.path)/db"
      key:
        - id: site
          algorithm: hmac-sha256
          secret: \(secret)
      acl:
        - id: site
          key: site
          action: update
      zone:
        - domain: \(zone)
          acl: site
          file: "\(folder.path)/zone"
          zonefile-sync: -1
          journal-content: none

      """,
      to: "knot.conf"
    )
    process = try RunningProgram(
      Self.program,
      ["-c", folder.path + "/knot.conf"],
      output: folder.path + "/log",
      errors: folder.path + "/log"
    )
    let deadline = Date(timeIntervalSinceNow: 20)
    while !log.contains("server started") {
      guard process.isRunning, Date() < deadline else { throw Unexpected("knotd: \(log)") }
      usleep(10_000)
    }
  }

  deinit {
    process.send(SIGKILL)
    process.wait()
  }

  var log: String {
    (try? String(contentsOfFile: folder.path + "/log", encoding: .utf8)) ?? ""
  }

  private static func freePort() throws -> Int {
    let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard handle >= 0 else { throw POSIXError(.EMFILE) }
    defer { close(handle) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(handle, $0, length) == 0 && getsockname(handle, $0, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRINUSE) }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
