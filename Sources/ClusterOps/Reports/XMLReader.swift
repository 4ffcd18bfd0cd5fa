internal import CExpat

/// Reads XML as it comes, by Expat, and gives each element when it ends.
///
/// A document type is refused, and with it every entity of its own. A class because Expat calls back
/// while it is under way.
final class XMLReader {
  /// Levels that elements may be inside one another.
  private static let depth = 32
  /// Bytes of one element's text that are kept.
  private static let textLimit = 4 << 10

  private let parser: XML_Parser
  private let ended: (_ path: String, _ text: String) -> Void
  private var path = ""
  private var level = 0
  private var text: [UInt8] = []
  private var refusal: ReportDamage?

  /// - Parameter ended: takes the way to an element, e.g. `/feedback/record/row/count`, without
  ///   prefixes of namespaces, and the text in it before it ended.
  init(ended: @escaping (_ path: String, _ text: String) -> Void) throws(ReportDamage) {
    guard let parser = XML_ParserCreate(nil) else { throw ReportDamage("memory is short") }
    self.parser = parser
    self.ended = ended
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser,
      { me, name, _ in XMLReader.from(me)?.begin(name) },
      { me, _ in XMLReader.from(me)?.end() }
    )
    XML_SetCharacterDataHandler(parser) { me, text, count in
      XMLReader.from(me)?.add(UnsafeRawBufferPointer(start: text, count: Int(count)))
    }
    XML_SetStartDoctypeDeclHandler(parser) { me, _, _, _, _ in
      XMLReader.from(me)?.refuse("its XML has a document type, which may define entities")
    }
  }

  deinit { XML_ParserFree(parser) }

  /// Takes more of the document.
  func take(_ bytes: [UInt8], isLast: Bool = false) throws(ReportDamage) {
    let status = bytes.withUnsafeBytes {
      XML_Parse(
        parser,
        $0.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32($0.count),
        isLast ? 1 : 0
      )
    }
    if let refusal { throw refusal }
    guard status == XML_STATUS_OK else {
      throw ReportDamage("it is no XML from line \(XML_GetCurrentLineNumber(parser)) on")
    }
  }

  /// The reader that was given to Expat; it lives as long as the parser.
  private static func from(_ pointer: UnsafeMutableRawPointer?) -> XMLReader? {
    pointer.map { Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() }
  }

  private func refuse(_ why: String) {
    guard refusal == nil else { return }
    refusal = ReportDamage(why)
    XML_StopParser(parser, 0)
  }

  private func begin(_ name: UnsafePointer<CChar>?) {
    level += 1
    guard level <= Self.depth, let name else { return refuse("its XML is nested too deep") }
    let local = String(cString: name).split(separator: ":").last ?? ""
    path += "/" + String(local.prefix(60))
    text.removeAll(keepingCapacity: true)
  }

  private func add(_ bytes: UnsafeRawBufferPointer) {
    text += bytes.prefix(Self.textLimit - text.count)
  }

  private func end() {
    ended(path, String(decoding: text, as: UTF8.self))
    level -= 1
    path.removeSubrange((path.lastIndex(of: "/") ?? path.startIndex)...)
    text.removeAll(keepingCapacity: true)
  }
}
