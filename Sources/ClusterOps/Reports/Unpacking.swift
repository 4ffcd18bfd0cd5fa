internal import CZlib

/// The document in an attachment: in gzip (RFC 1952), the only file of a zip, or as it is.
///
/// It is given piece by piece and never whole, and no more of it than ``limit``.
enum Unpacking {
  /// Bytes that a report can have, unpacked.
  static let limit = 32 << 20
  /// Bytes given at once.
  private static let piece = 64 << 10

  /// Goes through the document.
  static func open(
    _ packed: [UInt8],
    limit: Int = limit,
    each: ([UInt8]) throws(ReportDamage) -> Void
  ) throws(ReportDamage) {
    if packed.starts(with: [0x1F, 0x8B]) {
      try inflate(packed[...], CZ_GZIP, limit, each)
    } else if packed.starts(with: Array("PK".utf8)) {
      try open(try ZipEntry(packed), of: packed, limit, each)
    } else {
      try plain(packed[...], limit, each)
    }
  }

  private static func open(
    _ entry: ZipEntry,
    of packed: [UInt8],
    _ limit: Int,
    _ each: ([UInt8]) throws(ReportDamage) -> Void
  ) throws(ReportDamage) {
    var crc: UInt32 = 0
    func checked(_ bytes: [UInt8]) throws(ReportDamage) {
      crc = cz_crc32(crc, bytes, bytes.count)
      try each(bytes)
    }
    if entry.isDeflated {
      try inflate(packed[entry.data], CZ_BARE, limit, checked)
    } else {
      try plain(packed[entry.data], limit, checked)
    }
    guard crc == entry.crc else { throw ReportDamage("the sum of the file in the zip is wrong") }
  }

  private static func plain(
    _ bytes: ArraySlice<UInt8>,
    _ limit: Int,
    _ each: ([UInt8]) throws(ReportDamage) -> Void
  ) throws(ReportDamage) {
    guard bytes.count <= limit else { throw tooLong(limit) }
    var rest = bytes
    while !rest.isEmpty {
      try each(Array(rest.prefix(piece)))
      rest = rest.dropFirst(piece)
    }
  }

  private static func inflate(
    _ packed: ArraySlice<UInt8>,
    _ wrapping: cz_wrapping,
    _ limit: Int,
    _ each: ([UInt8]) throws(ReportDamage) -> Void
  ) throws(ReportDamage) {
    let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: packed.count)
    defer { input.deallocate() }
    _ = input.initialize(from: packed)
    guard let inflater = cz_inflater_new(input.baseAddress, input.count, wrapping) else {
      throw ReportDamage("it cannot be unpacked")
    }
    defer { cz_inflater_free(inflater) }
    var out = [UInt8](repeating: 0, count: piece)
    var total = 0
    while true {
      var written = 0
      let status = cz_inflater_next(inflater, &out, out.count, &written)
      guard status != CZ_BROKEN else { throw ReportDamage("it cannot be unpacked") }
      total += written
      guard total <= limit else { throw tooLong(limit) }
      if written > 0 { try each(Array(out.prefix(written))) }
      if status == CZ_END { return }
    }
  }

  private static func tooLong(_ limit: Int) -> ReportDamage {
    ReportDamage("it unpacks to more than \(limit >> 20) MiB")
  }
}

/// The one file of a zip, as its central directory tells of it (APPNOTE.TXT 4.3).
///
/// zlib knows the compression and not the container, of which this is what a report can have.
struct ZipEntry {
  /// Where its data is.
  let data: Range<Int>
  let isDeflated: Bool
  /// CRC-32 of the file.
  let crc: UInt32

  init(_ zip: [UInt8]) throws(ReportDamage) {
    func number(_ at: Int, _ width: Int) -> Int {
      (0..<width).reduce(0) { $0 | Int(zip[at + $1]) << (8 * $1) }
    }
    func isSign(_ third: UInt8, _ at: Int, _ length: Int) -> Bool {
      at >= 0 && at + length <= zip.count
        && zip[at..<at + 4].elementsEqual([0x50, 0x4B, third, third + 1])
    }
    // 22 bytes, and a comment of at most 65,535.
    let ends = stride(from: zip.count - 22, through: max(0, zip.count - 22 - 65_535), by: -1)
    guard let end = ends.first(where: { isSign(5, $0, 22) }) else {
      throw ReportDamage("the zip has no end")
    }
    let files = number(end + 10, 2)
    guard files == 1 else { throw ReportDamage("the zip has \(files) files instead of one") }
    let entry = number(end + 16, 4)
    guard isSign(1, entry, 46) else { throw ReportDamage("the zip's directory is broken") }
    let (flags, method, size) = (number(entry + 8, 2), number(entry + 10, 2), number(entry + 20, 4))
    guard flags & 1 == 0 else { throw ReportDamage("the zip is encrypted") }
    guard method == 8 || method == 0 else {
      throw ReportDamage("the zip is compressed in another way than deflate")
    }
    let local = number(entry + 42, 4)
    guard isSign(3, local, 30) else { throw ReportDamage("the zip's file is not there") }
    let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
    guard start + size <= zip.count else { throw ReportDamage("the zip's file is cut") }
    data = start..<start + size
    isDeflated = method == 8
    crc = UInt32(number(entry + 16, 4))
  }
}
