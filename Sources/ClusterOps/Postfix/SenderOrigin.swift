/// The address that a forwarded sender stands for (Sender Rewriting Scheme).
///
/// `SRS0=HHH=TT=origin.test=ana@forwarder.test` stands for `ana@origin.test`, and
/// `SRS1=HHH=first.test==HHH=TT=origin.test=ana@forwarder.test` for the same, forwarded twice.
/// A forwarder makes one such address a message and day: counted as they are, they hide who
/// sends, and blame the forwarder's own domain.
enum SenderOrigin {
  /// The original of an address; nil: it is no forwarded one, or claims to come from the
  /// domain it must not (anybody can write our people's names into such an address).
  static func of(_ address: UnsafeRawBufferPointer, except domain: [UInt8]) -> [UInt8]? {
    guard address.count > 12, isForwarded(address), isSeparator(address[4]),
      let at = address.lastIndex(of: UInt8(ascii: "@"))
    else { return nil }
    var rest = address[5..<at]
    if address[3] == UInt8(ascii: "1") {
      guard field(&rest) != nil, field(&rest) != nil, let sign = rest.popFirst(), isSeparator(sign)
      else { return nil }
    }
    guard let hash = field(&rest), let day = field(&rest), let origin = field(&rest),
      !hash.isEmpty, day.count == 2, origin.contains(UInt8(ascii: ".")), !rest.isEmpty,
      !origin.lazy.map(lowered).elementsEqual(domain)
    else { return nil }
    return Array(rest) + [UInt8(ascii: "@")] + Array(origin)
  }

  private static func isForwarded(_ address: UnsafeRawBufferPointer) -> Bool {
    lowered(address[0]) == UInt8(ascii: "s") && lowered(address[1]) == UInt8(ascii: "r")
      && lowered(address[2]) == UInt8(ascii: "s")
      && (address[3] == UInt8(ascii: "0") || address[3] == UInt8(ascii: "1"))
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    [UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-")].contains(byte)
  }

  /// Takes what stands before the next `=`.
  private static func field(
    _ rest: inout Slice<UnsafeRawBufferPointer>
  ) -> Slice<UnsafeRawBufferPointer>? {
    guard let end = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    defer { rest = rest[(end + 1)...] }
    return rest[..<end]
  }

  private static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
