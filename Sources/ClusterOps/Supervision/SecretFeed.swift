internal import Glibc
internal import Runbooks

/// Secrets that become known while a command is under way, as a runner tells them its supervisor.
///
/// Each time all of them come, as a line with their length and then that many bytes. When the
/// runner is gone, nothing more comes.
struct SecretFeed {
  private let secrets: SecretVault
  private var source: Int32?
  private var held: [UInt8] = []
  /// More than a runner ever holds; who sends more is none.
  private static let limit = 16 << 20

  init(into secrets: SecretVault, from source: Int32) {
    self.secrets = secrets
    self.source = source
    _ = fcntl(source, F_SETFL, fcntl(source, F_GETFL) | O_NONBLOCK)
  }

  /// What to wait for; nil: nothing.
  var interest: pollfd? { source.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) } }

  /// Takes what has come, without waiting.
  mutating func read() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while let source {
      let count = Glibc.read(source, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return }
      guard count > 0 else { return end() }
      held += buffer[..<count]
      while let message = next() {
        guard secrets.take(handedOver: message) else { return end() }
      }
      guard held.count <= Self.limit else { return end() }
    }
  }

  private mutating func next() -> [UInt8]? {
    guard let newline = held.firstIndex(of: 0x0A),
      let length = Int(String(decoding: held[..<newline], as: UTF8.self)), length >= 0,
      held.count - newline - 1 >= length
    else { return nil }
    let message = Array(held[(newline + 1)...].prefix(length))
    held.removeFirst(newline + 1 + length)
    return message
  }

  private mutating func end() {
    source = nil
    held = []
  }

  /// A message as it is read here.
  static func message(_ handover: [UInt8]) -> [UInt8] {
    Array("\(handover.count)\n".utf8) + handover
  }
}
