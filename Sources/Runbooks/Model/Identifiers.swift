/// A name that never changes, with one kind of name a type so that they cannot be mixed up.
public protocol Identifier: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  /// The text of the name.
  var name: String { get }
  /// Takes a name whose form the reader of the file or the caller has checked.
  init(_ name: String)
}

extension Identifier {
  /// Decodes from a plain string.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Encodes as a plain string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }

  /// The name itself.
  public var description: String { name }

  /// Orders by name.
  public static func < (a: Self, b: Self) -> Bool { a.name < b.name }
}

/// The name of a runbook, e.g. `queue-triage`.
public struct RunbookID: Identifier {
  public let name: String
  public init(_ name: String) { self.name = name }
}

/// The name of a step within its runbook, e.g. `hold-sender`.
public struct StepID: Identifier {
  public let name: String
  public init(_ name: String) { self.name = name }
}

/// The name of a run: the runbook, the UTC minute it began and a random tail,
/// e.g. `queue-triage-20261122T0310-k7f2`.
public struct RunID: Identifier {
  public let name: String
  public init(_ name: String) { self.name = name }
}

/// A role of the plan's RACI, e.g. `E3`.
public struct Role: Identifier {
  public let name: String
  public init(_ name: String) { self.name = name }
}

/// The name of an operation in the catalogue, e.g. `postfix.queue`.
public struct OperationName: Identifier {
  public let name: String
  public init(_ name: String) { self.name = name }
}
