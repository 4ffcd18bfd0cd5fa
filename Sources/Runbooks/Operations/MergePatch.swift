internal import Foundation

/// A change of a tree of values: what is named is merged key by key or replaced, null takes a key away
/// (JSON Merge Patch, RFC 7396).
public indirect enum MergePatch: Sendable, Hashable {
  /// Takes away what is there.
  case gone
  /// Stands in the place of what is there.
  case value(Value)
  /// Goes on below, key by key.
  case fields([String: MergePatch])

  /// The tree after the change; nil: nothing is left.
  public func applied(to target: Value?) -> Value? {
    switch self {
    case .gone: return nil
    case .value(let value): return value
    case .fields(let patches):
      var fields: [String: Value] = [:]
      if case .record(let known)? = target { fields = known }
      for (key, patch) in patches { fields[key] = patch.applied(to: fields[key]) }
      return .record(fields)
    }
  }

  /// The names at the top that it changes, sorted.
  public var touched: [String] {
    if case .fields(let patches) = self { patches.keys.sorted() } else { [] }
  }
}

extension SimulatedWorld {
  /// The world with a change of its state.
  public func merging(_ patch: MergePatch) -> SimulatedWorld {
    var world = self
    if case .record(let state)? = patch.applied(to: .record(state)) { world.state = state }
    return world
  }
}

// MARK: As JSON

extension MergePatch {
  /// Why a text is no change of a record.
  public struct Fault: Error, Sendable, Hashable {
    public let words: String

    public init(words: String) { self.words = words }
  }

  /// The most bytes of a text.
  static let limit = 1 << 20

  /// Reads a JSON object.
  public init(object text: String) throws(Fault) {
    guard text.utf8.count <= Self.limit else {
      throw Fault(words: "it has more than \(Self.limit) bytes")
    }
    let read: Result<MergePatch, any Error> = Result {
      try JSONDecoder().decode(MergePatch.self, from: Data(text.utf8))
    }
    switch read {
    case .success(.fields(let fields)): self = .fields(fields)
    case .success: throw Fault(words: "it is no JSON object")
    case .failure(let error as Fault): throw error
    case .failure: throw Fault(words: "it is no JSON (RFC 8259), or has numbers too large")
    }
  }

  /// The text as JSON on one line, keys sorted.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Values have no number that JSON has not.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

extension MergePatch: Codable {
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: AnyName.self) {
      var fields: [String: MergePatch] = [:]
      for key in container.allKeys {
        fields[key.stringValue] = try container.decode(MergePatch.self, forKey: key)
      }
      self = .fields(fields)
      return
    }
    if var list = try? decoder.unkeyedContainer() {
      var values: [Value] = []
      while !list.isAtEnd {
        guard let value = try list.decode(MergePatch.self).whole else {
          throw Fault(words: "it has a null in a list, where nothing can be taken away")
        }
        values.append(value)
      }
      self = .value(.list(values))
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .gone
    } else if let truth = try? container.decode(Bool.self) {
      self = .value(.boolean(truth))
    } else if let integer = try? container.decode(Int.self) {
      self = .value(.integer(integer))
    } else if let number = try? container.decode(Double.self), number.isFinite {
      self = .value(.number(number))
    } else {
      self = .value(.string(try container.decode(String.self)))
    }
  }

  /// What it is as a value; nil: it takes something away.
  private var whole: Value? {
    switch self {
    case .gone: return nil
    case .value(let value): return value
    case .fields(let fields):
      var values: [String: Value] = [:]
      for (name, field) in fields {
        guard let value = field.whole else { return nil }
        values[name] = value
      }
      return .record(values)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    if case .fields(let fields) = self {
      var container = encoder.container(keyedBy: AnyName.self)
      for (name, field) in fields {
        try container.encode(field, forKey: AnyName(stringValue: name))
      }
      return
    }
    var container = encoder.singleValueContainer()
    switch self {
    case .gone: try container.encodeNil()
    case .value(.string(let text)): try container.encode(text)
    case .value(.integer(let int)): try container.encode(int)
    case .value(.number(let number)): try container.encode(number)
    case .value(.boolean(let truth)): try container.encode(truth)
    case .value(.duration(let span)): try container.encode(DurationText.format(span))
    case .value(.list(let values)): try container.encode(values.map(MergePatch.value))
    case .value(.record(let fields)): try container.encode(fields.mapValues(MergePatch.value))
    case .value(.secret), .fields: try container.encodeNil()
    }
  }

  private struct AnyName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
