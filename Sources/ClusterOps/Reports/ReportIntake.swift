internal import Runbooks
internal import Synchronization

/// Messages with reports, poured in while they are fetched and added up one after the other.
///
/// A class because it is one stream that is under way, shared by the runner's task and the procedure.
final class ReportIntake<Totals: ReportTotals>: Sendable {
  /// What came of it so far.
  struct Reading: Sendable {
    fileprivate var reader = FetchReader()
    fileprivate(set) var totals: Totals
    /// Reports that are none, and how many.
    private(set) var damaged: [String] = []
    private(set) var damagedCount = 0

    /// Damaged reports that are told of one by one.
    private static var told: Int { 50 }

    fileprivate init(_ totals: Totals) { self.totals = totals }

    /// Whether nothing came that is no list of messages.
    var isUnderstood: Bool { reader.isUnderstood }
    /// Whether the end of the list was seen.
    var isWhole: Bool { reader.isWhole }
    /// The damaged reports as a result: the first 50, and how many more there are.
    var damage: [String] {
      damagedCount > damaged.count ? damaged + ["\(damagedCount - damaged.count) more"] : damaged
    }

    fileprivate mutating func take(_ mail: FetchedMail) {
      guard !mail.isCut else {
        return note("message \(mail.uid): it has more than \(FetchReader.limit >> 20) MiB")
      }
      for part in MailPart.parts(of: mail.text)
      where ReportKind(type: part.type, name: part.name) == Totals.kind {
        do throws(ReportDamage) {
          guard !part.content.isEmpty else { throw ReportDamage("it is empty or not decoded") }
          try totals.add(part.content)
        } catch {
          let name = part.name.isEmpty ? part.type : part.name
          note("message \(mail.uid), \(EscapedText.escaped(name, 80)): \(error.why)")
        }
      }
    }

    private mutating func note(_ words: String) {
      damagedCount += 1
      if damaged.count < Self.told { damaged.append(words) }
    }
  }

  private let reading: Mutex<Reading>

  init(_ totals: Totals) { reading = Mutex(Reading(totals)) }

  /// Takes more of what doveadm prints.
  func take(_ bytes: [UInt8]) {
    reading.withLock { reading in
      // Out of the way, so that what it gives can be added meanwhile.
      var reader = FetchReader()
      swap(&reader, &reading.reader)
      reader.take(bytes) { reading.take($0) }
      swap(&reader, &reading.reader)
    }
  }

  /// What came of it.
  func finish() -> Reading { reading.withLock { $0 } }
}
