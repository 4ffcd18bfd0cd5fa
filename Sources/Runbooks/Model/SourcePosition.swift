/// A place in a file that a person wrote; lines and columns count from 1.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
  public let file: String
  public let line: Int
  public let column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The `file:line:column` form that editors and compilers share.
  public var description: String { "\(file):\(line):\(column)" }
}
