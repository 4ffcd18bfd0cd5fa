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

extension MergePatch: Codable {
  /// Reads the text of a JSON object; nil: it is none.
  public init?(json text: String) {
    guard let patch = try? JSONDecoder().decode(MergePatch.self, from: Data(text.utf8)),
      case .fields = patch
    else { return nil }
    self = patch
  }

  /// The text as JSON on one line, keys sorted.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Values have no number that JSON has not.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .gone
    } else if let fields = try? container.decode([String: MergePatch].self) {
      self = .fields(fields)
    } else {
      self = .value(try Self.value(container))
    }
  }

  private static func value(_ container: any SingleValueDecodingContainer) throws -> Value {
    if let truth = try? container.decode(Bool.self) { return .boolean(truth) }
    if let int = try? container.decode(Int.self) { return .integer(int) }
    if let number = try? container.decode(Double.self) { return .number(number) }
    if let text = try? container.decode(String.self) { return .string(text) }
    // A list replaces as a whole, so what is in it is a value and no patch.
    return .list(try container.decode([MergePatch].self).compactMap { $0.applied(to: nil) })
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .gone: try container.encodeNil()
    case .value(let value): try Self.encode(value, into: &container)
    case .fields(let fields): try container.encode(fields)
    }
  }

  private static func encode(
    _ value: Value,
    into container: inout any SingleValueEncodingContainer
  ) throws {
    switch value {
    case .string(let text): try container.encode(text)
    case .integer(let int): try container.encode(int)
    case .number(let number): try container.encode(number)
    case .boolean(let truth): try container.encode(truth)
    case .duration(let span): try container.encode(DurationText.format(span))
    case .list(let values): try container.encode(values.map(MergePatch.value))
    case .record(let fields): try container.encode(fields.mapValues(MergePatch.value))
    case .secret: try container.encodeNil()
    }
  }
}
