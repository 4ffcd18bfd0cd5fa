internal import Glibc

/// Reads `postqueue -j` (postqueue(1)) as it arrives and groups it, in constant memory.
///
/// Bytes may arrive in any pieces; the report is the same. A line that cannot
/// be understood is counted with its number and never ends the reading. The
/// report knows whether the end was seen: see ``QueueEnding``.
public struct QueueReader: Sendable {
  private let now: Int
  private let localDomain: [UInt8]
  private let limits: QueueLimits
  private let filter: QueueFilter?
  private let isMarked: Bool
  /// How many of the selected messages are listed in full.
  private let listingLimit: Int

  private var carry: [UInt8] = []
  private var isSkipping = false
  private var lineNumber = 0
  private var line = QueueLine()

  private var tally: QueueTally
  private var senders: ByteInterner
  private var domains: ByteInterner
  private var hosts: ByteInterner
  private var reasons: ReasonCache
  private var queues = [QueueCount](
    repeating: QueueCount(),
    count: QueueName.allCases.count
  )
  private var malformed = 0
  private var firstMalformed: [QueueReport.Malformed] = []
  private var selectedMessages: [QueuedMessage] = []
  private(set) var listed: [QueueMessage] = []
  private var doubles = QueueDoubles()
  private var heads = 0
  private var sawMark = false
  private var endsInsideRecord = false

  /// Reads a queue at a time, in seconds since 1970, for a site of a domain; with a
  /// selection, the messages it matches are listed too.
  ///
  /// With an empty domain every sender may be one of ours.
  public init(now: Int, localDomain: String, selection: QueueSelection? = nil) {
    self.init(now: now, localDomain: localDomain, selection: selection, limits: .standard)
  }

  /// - Parameters:
  ///   - isMarked: whether a whole listing ends with ``EndMark``.
  ///   - listing: how many of the selected messages are listed in full.
  init(
    now: Int,
    localDomain: String,
    selection: QueueSelection?,
    limits: QueueLimits = .standard,
    isMarked: Bool = false,
    listing: Int = 0
  ) {
    self.now = now
    self.localDomain = Array(localDomain.lowercased().utf8)
    self.limits = limits
    self.filter = selection.map { QueueFilter($0, now: now) }
    self.isMarked = isMarked
    listingLimit = listing
    tally = QueueTally(limit: limits.cells)
    var senders = ByteInterner(limit: limits.senders)
    // No address is empty, so that none can pass for the empty sender.
    let bounces = [UInt8]().withUnsafeBytes { senders.number($0) }
    precondition(bounces == QueueReport.bounceNumber, "the first text gets the first number")
    self.senders = senders
    domains = ByteInterner(limit: limits.domains)
    hosts = ByteInterner(limit: limits.hosts)
    reasons = ReasonCache(sampleLimit: limits.samples)
  }

  /// Takes more of the output.
  public mutating func consume(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { consume($0) }
  }

  /// Takes more of the output.
  public mutating func consume(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    let base = start.assumingMemoryBound(to: UInt8.self)
    var at = 0
    if !carry.isEmpty || isSkipping {
      guard let newline = Self.newline(base, 0, bytes.count) else {
        keep(base, 0, bytes.count)
        return
      }
      keep(base, 0, newline)
      endCarriedLine()
      at = newline + 1
    }
    while at < bytes.count {
      guard let newline = Self.newline(base, at, bytes.count) else {
        keep(base, at, bytes.count)
        return
      }
      lineNumber += 1
      if newline - at > limits.lineBytes {
        readHead(base, at, at + limits.lineBytes)
      } else {
        read(base, at, newline)
      }
      at = newline + 1
    }
  }

  /// Ends the reading; a last line without an end is read as it is, and where it is no whole
  /// record the listing was cut inside one.
  public mutating func finish() -> QueueReport {
    if !carry.isEmpty || isSkipping { endLastLine() }
    countWaiting()
    return QueueReport(
      now: now,
      localDomain: String(decoding: localDomain, as: UTF8.self),
      ending: ending,
      queues: queues,
      malformed: malformed,
      firstMalformed: firstMalformed,
      doubles: doubles.doubles,
      heads: heads,
      blurred: tally.blurred,
      cells: tally.cells,
      senders: senders,
      domains: domains,
      hosts: hosts,
      samples: reasons.samples,
      selected: selectedMessages
    )
  }

  private var ending: QueueEnding {
    if endsInsideRecord { return .insideRecord }
    if sawMark { return .whole }
    return isMarked ? .unseen : .unmarked
  }

  private mutating func endLastLine() {
    let before = malformed
    let isTooLong = isSkipping
    endCarriedLine()
    guard malformed > before || isTooLong else { return }
    endsInsideRecord = true
    guard malformed > before else { return }
    // It is the cut that is told, not a line that is damaged.
    malformed = before
    if firstMalformed.last?.line == lineNumber { firstMalformed.removeLast() }
  }

  /// Counts the messages that were kept back and did not come again.
  private mutating func countWaiting() {
    let lines = doubles.takeWaiting()
    guard !lines.isEmpty else { return }
    let (selected, listed) = (selectedMessages, self.listed)
    selectedMessages = []
    self.listed = []
    for bytes in lines {
      bytes.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress,
          QueueLineParser.parse(base, from: 0, to: bytes.count, into: &line) == nil
        else { return }
        count(base)
      }
    }
    selectedMessages += selected
    self.listed = Array((self.listed + listed).prefix(listingLimit))
  }

  private static func newline(
    _ base: UnsafePointer<UInt8>,
    _ from: Int,
    _ to: Int
  ) -> Int? {
    guard let hit = memchr(base + from, 0x0A, to - from) else { return nil }
    return hit.assumingMemoryBound(to: UInt8.self) - UnsafeMutablePointer(mutating: base)
  }

  private mutating func keep(_ base: UnsafePointer<UInt8>, _ from: Int, _ to: Int) {
    guard !isSkipping else { return }
    let room = limits.lineBytes - carry.count
    let taken = min(room, to - from)
    carry.append(contentsOf: UnsafeBufferPointer(start: base + from, count: taken))
    isSkipping = taken < to - from
  }

  private mutating func endCarriedLine() {
    lineNumber += 1
    let isHead = isSkipping
    isSkipping = false
    var whole: [UInt8] = []
    swap(&whole, &carry)
    whole.withUnsafeBufferPointer { whole in
      guard let base = whole.baseAddress else { return }
      if isHead { readHead(base, 0, whole.count) } else { read(base, 0, whole.count) }
    }
    whole.removeAll(keepingCapacity: whole.capacity < 1 << 20)
    swap(&whole, &carry)
  }

  private mutating func fail(
    _ fault: QueueLineFault,
    _ base: UnsafePointer<UInt8>,
    _ text: QueueLine.Text
  ) {
    malformed += 1
    guard firstMalformed.count < 20 else { return }
    let shown = UnsafeBufferPointer(start: base + text.start, count: min(text.count, 200))
    firstMalformed.append(
      QueueReport.Malformed(line: lineNumber, fault: fault, sample: AddressText.text(shown))
    )
  }

  private mutating func read(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
    if let fault = QueueLineParser.parse(base, from: start, to: end, into: &line) {
      reject(base, start, end, fault)
      return
    }
    sawMark = false
    take(base, start, end)
  }

  private mutating func readHead(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
    sawMark = false
    if let fault = QueueLineParser.parseHead(base, from: start, to: end, into: &line) {
      fail(fault, base, QueueLine.Text(start: start, end: end))
      return
    }
    heads += 1
    // Too long to be kept back; a double of it that follows is noticed all the same.
    take(base, start, end)
  }

  private mutating func reject(
    _ base: UnsafePointer<UInt8>,
    _ start: Int,
    _ end: Int,
    _ fault: QueueLineFault
  ) {
    let bytes = UnsafeBufferPointer(start: base + start, count: end - start)
    if bytes.allSatisfy({ $0 <= 0x20 }) { return }
    sawMark = bytes.elementsEqual(EndMark.line.utf8)
    guard !sawMark else { return }
    let text = fault == .oddID ? line.id : QueueLine.Text(start: start, end: end)
    fail(fault, base, text)
  }

  /// Counts the message of the line that was parsed, once.
  private mutating func take(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
    let queue = Self.queue(base, line.queue)
    let ruling = doubles.rule(
      UnsafeRawBufferPointer(start: base + line.id.start, count: line.id.count),
      passes: queue == .active || queue == .incoming || queue == .maildrop,
      line: UnsafeRawBufferPointer(start: base + start, count: end - start)
    )
    if case .count = ruling { count(base) }
  }

  private mutating func count(_ base: UnsafePointer<UInt8>) {
    let queue = Self.queue(base, line.queue)
    let sender = number(ofSender: base, line.sender)
    // The message belongs where it waits: its first recipient with a reason.
    let primary = line.primary
    let age = max(0, now - line.arrival)
    queues[Int(queue.rawValue)].add(bytes: max(0, line.size), age: age)
    var primaryReason = ReasonClass.none
    for index in 0..<max(1, line.recipients.count) {
      let recipient = index < line.recipients.count ? line.recipients[index] : QueueLine.Recipient()
      let domain = number(ofDomain: base, recipient.address)
      let reason = reasons.reason(
        UnsafeRawBufferPointer(
          start: base + recipient.reason.start,
          count: recipient.reason.count
        ),
        hosts: &hosts
      )
      if index == primary { primaryReason = reason.reasonClass }
      tally.add(
        sender: sender,
        domain: domain,
        reason: reason.reasonClass,
        queue: queue,
        isMessage: index == primary,
        bytes: max(0, line.size),
        arrival: line.arrival,
        why: reason
      )
    }
    if let filter { select(filter, base, queue, primaryReason) }
  }

  private mutating func select(
    _ filter: QueueFilter,
    _ base: UnsafePointer<UInt8>,
    _ queue: QueueName,
    _ reason: ReasonClass
  ) {
    guard filter.accepts(queue: queue, reason: reason, arrival: line.arrival) else { return }
    if filter.readsSender,
      !filter.accepts(senders: senderTexts(base, line.sender))
    {
      return
    }
    if filter.readsDomain {
      let primary = line.primary
      let address = primary < line.recipients.count ? line.recipients[primary].address : .init()
      guard filter.accepts(domain: domainText(base, address)) else { return }
    }
    let id = String(
      decoding: UnsafeBufferPointer(start: base + line.id.start, count: line.id.count),
      as: UTF8.self
    )
    guard filter.accepts(id: id) else { return }
    selectedMessages.append(QueuedMessage(id: id, queue: queue))
    if listed.count < listingLimit { listed.append(message(base, id, queue)) }
  }

  private func message(
    _ base: UnsafePointer<UInt8>,
    _ id: String,
    _ queue: QueueName
  ) -> QueueMessage {
    func text(_ text: QueueLine.Text) -> String {
      let raw = UnsafeRawBufferPointer(start: base + text.start, count: text.count)
      return Self.withPlain(raw) { AddressText.text($0) }
    }
    let sender = UnsafeRawBufferPointer(start: base + line.sender.start, count: line.sender.count)
    let reason = line.recipients.isEmpty ? QueueLine.Text() : line.recipients[line.primary].reason
    return QueueMessage(
      id: id,
      queue: queue,
      sender: Self.isBounce(sender) ? "MAILER-DAEMON" : text(line.sender),
      recipients: line.recipients.map { text($0.address) },
      reason: text(reason),
      age: max(0, now - line.arrival),
      size: line.size
    )
  }
}

// MARK: - Texts and their numbers

extension QueueReader {
  private mutating func number(
    ofSender base: UnsafePointer<UInt8>,
    _ text: QueueLine.Text
  ) -> UInt32 {
    let raw = UnsafeRawBufferPointer(start: base + text.start, count: text.count)
    if Self.isBounce(raw) { return QueueReport.bounceNumber }
    return Self.withPlain(raw) { plain in
      if let origin = SenderOrigin.of(plain, except: localDomain) {
        return origin.withUnsafeBytes { senders.number($0) }
      }
      let isLocal = Self.hasDomain(plain, localDomain)
      return senders.number(plain, extra: isLocal ? limits.senders : 0)
    }
  }

  private mutating func number(
    ofDomain base: UnsafePointer<UInt8>,
    _ address: QueueLine.Text
  ) -> UInt32 {
    let raw = UnsafeRawBufferPointer(start: base + address.start, count: address.count)
    return Self.withPlain(raw) { plain in
      let domain = Self.domain(of: plain)
      guard let ascii = ALabel.domain(domain) else { return domains.number(domain) }
      return ascii.withUnsafeBytes { domains.number($0) }
    }
  }

  /// The sender as it is, and the one it stands for.
  private func senderTexts(_ base: UnsafePointer<UInt8>, _ text: QueueLine.Text) -> [[UInt8]] {
    let raw = UnsafeRawBufferPointer(start: base + text.start, count: text.count)
    if Self.isBounce(raw) { return [[]] }
    return Self.withPlain(raw) { plain in
      let origin = SenderOrigin.of(plain, except: localDomain)
      return [QueueFilter.canonical(plain)]
        + (origin.map { [$0.withUnsafeBytes { QueueFilter.canonical($0) }] } ?? [])
    }
  }

  private func domainText(_ base: UnsafePointer<UInt8>, _ text: QueueLine.Text) -> [UInt8] {
    let raw = UnsafeRawBufferPointer(start: base + text.start, count: text.count)
    return Self.withPlain(raw) { QueueFilter.canonicalDomain(Self.domain(of: $0)) }
  }
}
