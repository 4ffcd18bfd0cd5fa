internal import Foundation
public import Runbooks

/// What the lab answered to a question: each program that was asked for it, and what came of that.
///
/// A file `Tests/ClusterOpsTests/LabAnswers/STATE/NAME.json`. Everything is as the programs wrote it, but for
/// the checkout's own path, which is `{checkout}`.
public struct LabAnswer: Codable, Sendable {
  /// A program that was asked.
  public struct Asked: Codable, Sendable {
    /// The whole argument vector, with the way to the vantage.
    public var argv: [String]
    /// SHA-256 of what it was fed; nil: nothing.
    public var input: String?
    /// Its exit status; 128 and the signal's number where one ended it.
    public var exit: Int
    public var stdout: LabOutput
    public var stderr: LabOutput
    /// Whether more came than is kept.
    public var isTruncated: Bool?
    /// What kept it from telling its own end, e.g. that its time was up.
    public var failure: OperationFailure?

    public init(
      argv: [String],
      input: String?,
      exit: Int = 0,
      stdout: LabOutput = LabOutput([]),
      stderr: LabOutput = LabOutput([]),
      isTruncated: Bool? = nil,
      failure: OperationFailure? = nil
    ) {
      self.argv = argv
      self.input = input
      self.exit = exit
      self.stdout = stdout
      self.stderr = stderr
      self.isTruncated = isTruncated
      self.failure = failure
    }
  }

  public var operation: String
  /// What the answers come from, in words, e.g. `the lab`.
  public var origin: String
  /// When it was asked, in seconds since 1970.
  public var now: Int
  public var asked: [Asked]
  /// What the operation found; nil: it failed.
  public var values: [String: Value]?
  /// Why it failed; nil: it did not.
  public var failure: OperationFailure?

  public init(
    operation: String,
    origin: String,
    now: Int,
    asked: [Asked],
    values: [String: Value]?,
    failure: OperationFailure?
  ) {
    self.operation = operation
    self.origin = origin
    self.now = now
    self.asked = asked
    self.values = values
    self.failure = failure
  }
}

/// What a program wrote: lines of text, or any bytes.
public struct LabOutput: Codable, Sendable {
  public var bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  private enum Key: String, CodingKey { case base64 }

  public init(from decoder: any Decoder) throws {
    if let lines = try? decoder.singleValueContainer().decode([String].self) {
      bytes = Array(lines.joined(separator: "\n").utf8)
      return
    }
    let container = try decoder.container(keyedBy: Key.self)
    bytes = Array(try container.decode(Data.self, forKey: .base64))
  }

  public func encode(to encoder: any Encoder) throws {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(Data(bytes), forKey: .base64)
      return
    }
    var container = encoder.singleValueContainer()
    // By bytes: a CR and an LF are one character.
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    try container.encode(text.isEmpty ? [] : lines.map { String(decoding: $0, as: UTF8.self) })
  }
}
