/// The forms of a queue id; what has another form reaches no argument vector and no input.
///
/// A short id is the microseconds and the inode in upper-case hexadecimal digits: 5 and up to 16.
/// A long one (`enable_long_queue_ids`, postconf(5)) is seconds, microseconds, `z` and the inode to
/// the base 52, in digits and letters without vowels: 23 characters at most (Postfix,
/// `global/mail_queue.h`). The case of letters counts.
enum QueueID {
  static let lengths = 6...23

  /// Whether bytes have the form of an id, short or long.
  static func isValid(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard lengths.contains(count) else { return false }
    var kinds: UInt8 = 3
    for index in 0..<count { kinds &= Self.kinds[Int(bytes[index])] }
    // The longest inode of a short id has 16 digits.
    return kinds & 2 != 0 || kinds & 1 != 0 && count <= 21
  }

  /// Whether a text has the form of an id.
  static func isValid(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return false }
      return isValid(base, bytes.count)
    }
  }

  /// Which ids a byte may be in: 1 for short ones, 2 for long ones.
  private static let kinds: [UInt8] = {
    var kinds = [UInt8](repeating: 0, count: 256)
    for byte in "0123456789ABCDEF".utf8 { kinds[Int(byte)] |= 1 }
    for byte in "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz".utf8 {
      kinds[Int(byte)] |= 2
    }
    return kinds
  }()
}
