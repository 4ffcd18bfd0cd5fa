/// What an SOA record says of its zone (RFC 1035 §3.3.13).
struct SOAData: Sendable, Hashable {
  /// Counts the changes of the zone (RFC 1982).
  let serial: Int
  /// Seconds that bound how long it is kept that a record is not there (RFC 2308 §4).
  let minimum: Int

  /// - Parameter words: its data as ``DNSText/words(_:_:)`` has it; nil: it is none.
  init?(_ words: String) {
    let fields = words.split(separator: " ")
    guard fields.count == 7, let serial = UInt32(fields[2]), let minimum = UInt32(fields[6]) else {
      return nil
    }
    self.serial = Int(serial)
    self.minimum = Int(minimum)
  }
}
