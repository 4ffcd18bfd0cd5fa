internal import Glibc

/// Remembers how reasons were classified; in a real queue the same few come again and again.
struct ReasonCache: Sendable {
  struct Entry: Sendable {
    var reasonClass: ReasonClass
    var host: UInt32
    var address: UInt32
    var sample: Int32
  }

  private static let places = 2048
  /// Longer reasons are classified by this beginning, and only this is compared.
  private static let width = ReasonClassifier.limit

  private(set) var samples: [ReasonSample] = []
  private let sampleLimit: Int
  private var lengths = [Int](repeating: -1, count: places)
  private var texts = [UInt8](repeating: 0, count: places * width)
  private var entries = [Entry](
    repeating: Entry(reasonClass: .none, host: 0, address: 0, sample: -1),
    count: places
  )
  /// How many samples each class has: a class has at least one before others have many.
  private var samplesOfClass = [Int](repeating: 0, count: ReasonClass.allCases.count)

  init(sampleLimit: Int) { self.sampleLimit = sampleLimit }

  /// What a reason, still escaped, says.
  mutating func reason(
    _ whole: UnsafeRawBufferPointer,
    hosts: inout ByteInterner
  ) -> Entry {
    guard whole.count > 0 else { return Entry(reasonClass: .none, host: 0, address: 0, sample: -1) }
    let text = UnsafeRawBufferPointer(rebasing: whole[..<min(whole.count, Self.width)])
    let place = Self.hash(text) & (Self.places - 1)
    if lengths[place] == text.count, isKept(text, at: place) { return entries[place] }
    let entry = classify(text, hosts: &hosts)
    lengths[place] = text.count
    texts.withUnsafeMutableBytes { texts in
      UnsafeMutableRawBufferPointer(rebasing: texts[(place * Self.width)...]).copyMemory(from: text)
    }
    entries[place] = entry
    return entry
  }

  private func isKept(_ text: UnsafeRawBufferPointer, at place: Int) -> Bool {
    texts.withUnsafeBytes { texts in
      guard let kept = texts.baseAddress, let new = text.baseAddress else { return false }
      return memcmp(kept + place * Self.width, new, text.count) == 0
    }
  }

  private mutating func classify(
    _ text: UnsafeRawBufferPointer,
    hosts: inout ByteInterner
  ) -> Entry {
    let reason = ReasonClassifier.classify(text)
    var host: UInt32 = 0
    if !reason.host.isEmpty {
      host = hosts.number(UnsafeRawBufferPointer(rebasing: text[reason.host]))
    }
    var address: UInt32 = 0
    if !reason.address.isEmpty {
      address = hosts.number(UnsafeRawBufferPointer(rebasing: text[reason.address]))
    }
    var sample: Int32 = -1
    let kind = Int(reason.reasonClass.rawValue)
    let share = sampleLimit / ReasonClass.allCases.count
    if samplesOfClass[kind] < max(1, share) {
      samplesOfClass[kind] += 1
      samples.append(
        ReasonSample(
          text: capped(String(decoding: JSONBytes.unescaped(text), as: UTF8.self), 300),
          code: String(decoding: text[reason.code], as: UTF8.self)
        )
      )
      sample = Int32(samples.count - 1)
    }
    return Entry(
      reasonClass: reason.reasonClass,
      host: host,
      address: address,
      sample: sample
    )
  }

  private static func hash(_ text: UnsafeRawBufferPointer) -> Int {
    var hash = UInt64(text.count) &* 0x9e37_79b9_7f4a_7c15
    var at = 0
    while at + 8 <= text.count {
      let word = text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 32
      at += 8
    }
    while at < text.count {
      hash = (hash ^ UInt64(text[at])) &* 0x100_0000_01b3
      at += 1
    }
    hash ^= hash >> 29
    return Int(truncatingIfNeeded: hash & 0x7fff_ffff)
  }
}
