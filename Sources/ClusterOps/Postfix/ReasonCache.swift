internal import Glibc

/// Remembers how reasons were classified; in a real queue the same few come again and again.
///
/// A text that came before costs a hash and a comparison; one that differs from another only in
/// ids, numbers and addresses costs one reading more, and no rule.
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
  /// Texts as they come, still escaped: most reasons are told word for word again and again.
  private var texts = KeptTexts(places: places, width: width)
  private var entries = [Entry](
    repeating: Entry(reasonClass: .none, host: 0, address: 0, sample: -1),
    count: places
  )
  /// Texts without what differs from message to message: no rule is asked twice about one.
  private var wordings = KeptTexts(places: places, width: width + 2 * ReasonWording.heading)
  private var meanings = [(reasonClass: ReasonClass, sample: Int32)](
    repeating: (.none, -1),
    count: places
  )
  private var wording = ReasonWording()
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
    let (place, isKept) = texts.place(of: text)
    if isKept { return entries[place] }
    let entry: Entry
    if let base = text.baseAddress, memchr(base, 0x5C, text.count) != nil {
      entry = JSONBytes.unescaped(text).withUnsafeBytes { classify($0, hosts: &hosts) }
    } else {
      entry = classify(text, hosts: &hosts)
    }
    texts.keep(text, at: place)
    entries[place] = entry
    return entry
  }

  private mutating func classify(
    _ whole: UnsafeRawBufferPointer,
    hosts: inout ByteInterner
  ) -> Entry {
    guard let base = whole.baseAddress else {
      return Entry(reasonClass: .none, host: 0, address: 0, sample: -1)
    }
    let text = ReasonBytes(base: base, count: whole.count)
    let frame = ReasonFrame(text)
    let meaning = meaning(of: text, frame)
    func number(_ range: Range<Int>) -> UInt32 {
      range.isEmpty ? 0 : hosts.number(UnsafeRawBufferPointer(rebasing: whole[range]))
    }
    return Entry(
      reasonClass: meaning.reasonClass,
      host: number(frame.host),
      address: number(frame.address),
      sample: meaning.sample
    )
  }

  private mutating func meaning(
    of text: ReasonBytes,
    _ frame: ReasonFrame
  ) -> (reasonClass: ReasonClass, sample: Int32) {
    wording.read(text, frame)
    let bytes = wording.bytes
    let (place, isKept) = bytes.withUnsafeBytes { wordings.place(of: $0) }
    if isKept {
      guard meanings[place].reasonClass.namesCulprit,
        let own = sample(of: text, frame, meanings[place].reasonClass)
      else { return meanings[place] }
      return (meanings[place].reasonClass, own)
    }
    let reasonClass = ReasonRule.reasonClass(of: wording)
    meanings[place] = (reasonClass, sample(of: text, frame, reasonClass) ?? -1)
    bytes.withUnsafeBytes { wordings.keep($0, at: place) }
    return meanings[place]
  }

  /// Keeps a text as an example and gives its number, while there is room for more of its class.
  private mutating func sample(
    of text: ReasonBytes,
    _ frame: ReasonFrame,
    _ reasonClass: ReasonClass
  ) -> Int32? {
    let kind = Int(reasonClass.rawValue)
    let share = sampleLimit / ReasonClass.allCases.count
    guard samplesOfClass[kind] < max(1, share) else { return nil }
    samplesOfClass[kind] += 1
    samples.append(ReasonSample(text, frame, reasonClass))
    return Int32(samples.count - 1)
  }
}

/// Texts at the places of their hashes; a later one takes the place of an earlier one.
private struct KeptTexts: Sendable {
  private let width: Int
  private let mask: Int
  private var lengths: [Int]
  private var bytes: [UInt8]

  /// - Parameters:
  ///   - places: how many, a power of two.
  ///   - width: the longest text, in bytes.
  init(places: Int, width: Int) {
    self.width = width
    mask = places - 1
    lengths = [Int](repeating: -1, count: places)
    bytes = [UInt8](repeating: 0, count: places * width)
  }

  /// Where a text belongs, and whether it is there.
  func place(of text: UnsafeRawBufferPointer) -> (place: Int, isKept: Bool) {
    let place = Self.hash(text) & mask
    guard lengths[place] == text.count else { return (place, false) }
    let isKept = bytes.withUnsafeBytes { bytes in
      guard let kept = bytes.baseAddress, let new = text.baseAddress else { return false }
      return memcmp(kept + place * width, new, text.count) == 0
    }
    return (place, isKept)
  }

  /// Keeps a text at its place; one that is too long is not kept.
  mutating func keep(_ text: UnsafeRawBufferPointer, at place: Int) {
    guard text.count <= width else {
      lengths[place] = -1
      return
    }
    lengths[place] = text.count
    let start = place * width
    bytes.withUnsafeMutableBytes { bytes in
      UnsafeMutableRawBufferPointer(rebasing: bytes[start...]).copyMemory(from: text)
    }
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
