/// Colour and attributes as the terminal knows them.
public struct Look: Sendable, Hashable {
  public struct Attributes: OptionSet, Sendable, Hashable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let bold = Attributes(rawValue: 1 << 0)
    public static let dim = Attributes(rawValue: 1 << 1)
    public static let underline = Attributes(rawValue: 1 << 2)
    public static let reverse = Attributes(rawValue: 1 << 3)
  }

  /// A colour of the terminal's palette.
  ///
  /// Which red that is, is the user's choice: the palette is never rewritten.
  public enum Colour: UInt8, Sendable, Hashable {
    case black, red, green, yellow, blue, magenta, cyan, white
  }

  /// Nil is the terminal's own, so that light and dark backgrounds stay.
  public var foreground: Colour?
  public var background: Colour?
  public var attributes: Attributes

  public init(
    _ foreground: Colour? = nil,
    on background: Colour? = nil,
    _ attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

extension Look {
  init(_ foreground: Colour?, _ attributes: Attributes) {
    self.init(foreground, on: nil, attributes)
  }
}
