internal import Synchronization

/// Handing the secrets of a run to a process that keeps output of its commands.
///
/// The form is, for each secret, a line `MARK LENGTH` and then its bytes. It goes over pipes, and
/// never where it could be read again.
extension SecretVault {
  /// Every secret as it is handed over; empty: there is none.
  public var handover: [UInt8] {
    storage.withLock { storage in
      storage.secrets.sorted { $0.key.description < $1.key.description }.flatMap { mark, bytes in
        Array("\(mark.hash?.hex ?? "") \(bytes.count)\n".utf8) + bytes
      }
    }
  }

  /// Everything that is held, again whenever a secret is added; a slow reader gets the last only.
  public func handovers() -> AsyncStream<[UInt8]> {
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream(
      bufferingPolicy: .bufferingNewest(1)
    )
    let id = storage.withLock { storage in
      storage.listenersMade += 1
      storage.listeners[storage.listenersMade] = continuation
      return storage.listenersMade
    }
    continuation.onTermination = { [weak self] _ in
      self?.storage.withLock { $0.listeners[id] = nil }
    }
    return stream
  }

  /// Takes what another process handed over, instead of what was held before.
  ///
  /// - Returns: false for what ``handover`` did not give.
  public func take(handedOver bytes: [UInt8]) -> Bool {
    var secrets: [SecretMark: [UInt8]] = [:]
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let end = rest.prefix(100).firstIndex(of: 0x0A) else { return false }
      let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
      rest = rest[(end + 1)...]
      guard words.count == 2, let hash = Digest(hex: String(words[0])),
        let length = Int(words[1]), (1...SecretForms.maximum).contains(length),
        length <= rest.count
      else { return false }
      secrets[SecretMark(hash)] = Array(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    willHold()
    storage.withLock { $0.hold(secrets) }
    return true
  }
}
