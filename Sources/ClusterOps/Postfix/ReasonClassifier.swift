/// What a delay reason says; the ranges are of its text and empty where nothing is named.
struct Reason: Sendable, Hashable {
  var reasonClass: ReasonClass
  /// The receiving host as Postfix names it.
  var host: Range<Int>
  /// Its address.
  var address: Range<Int>
  /// The enhanced status code (RFC 3463) or the reply code.
  var code: Range<Int>
}

/// Reads Postfix's delay reasons (smtp(8), lmtp(8), bounce(5)).
enum ReasonClassifier {
  /// The longest part of a reason that is looked at: Google's decisive words stand after 400.
  static let limit = 1024

  /// What an unescaped text says.
  static func classify(_ whole: UnsafeRawBufferPointer) -> Reason {
    guard let base = whole.baseAddress, !whole.isEmpty else {
      return Reason(reasonClass: .none, host: 0..<0, address: 0..<0, code: 0..<0)
    }
    let text = ReasonBytes(base: base, count: min(whole.count, limit))
    let frame = ReasonFrame(text)
    var wording = ReasonWording()
    wording.read(text, frame)
    return Reason(
      reasonClass: ReasonRule.reasonClass(of: wording),
      host: frame.host,
      address: frame.address,
      code: frame.code
    )
  }
}
