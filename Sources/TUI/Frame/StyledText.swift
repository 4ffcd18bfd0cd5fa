/// A line made of pieces that look different.
///
///     [.init("✓ ", .good), "tls.certificate", .init("  3 s", .dim)]
public struct StyledText: Sendable, Hashable {
  public struct Span: Sendable, Hashable {
    public var text: String
    public var style: Style

    public init(_ text: String, _ style: Style = .normal) {
      self.text = text
      self.style = style
    }
  }

  public var spans: [Span]

  public init(spans: [Span]) {
    self.spans = spans
  }

  public init(_ text: String, _ style: Style = .normal) {
    spans = text.isEmpty ? [] : [Span(text, style)]
  }

  public var isEmpty: Bool { spans.allSatisfy(\.text.isEmpty) }

  /// The text without its looks.
  public var plain: String { spans.reduce(into: "") { $0 += $1.text } }

  public mutating func append(_ text: String, _ style: Style = .normal) {
    spans.append(Span(text, style))
  }

  /// The columns it takes when drawn.
  public func columns(glyphs: GlyphSet = .unicode) -> Int {
    spans.reduce(0) { $0 + CellWidth.columns(of: $1.text, glyphs: glyphs) }
  }

  public static func + (left: StyledText, right: StyledText) -> StyledText {
    StyledText(spans: left.spans + right.spans)
  }
}

extension StyledText.Span: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

extension StyledText: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  public init(stringLiteral value: String) {
    self.init(value)
  }

  public init(arrayLiteral elements: Span...) {
    self.init(spans: elements)
  }
}
