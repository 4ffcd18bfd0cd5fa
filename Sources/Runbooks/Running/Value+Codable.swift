/// A value in the record keeps its type: `1`, `{"number":"1.0"}` and `"1"` are three values.
///
/// Texts, whole numbers and booleans are the JSON of the same kind, lists are
/// arrays. A number is its shortest decimal text, because JSON does not tell
/// 1 from 1.0; a duration is its seconds and attoseconds; a secret is its mark. NaN and infinities
/// are refused both ways.
extension Value: Codable {
  private enum Key: String, CodingKey {
    case number, duration, record, secret
  }

  public init(from decoder: any Decoder) throws {
    // A container of the wrong kind is an error that is dear to make: the
    // commonest kind comes first.
    let single = try decoder.singleValueContainer()
    if let text = try? single.decode(String.self) {
      self = .string(text)
    } else if let int = try? single.decode(Int.self) {
      self = .integer(int)
    } else if let truth = try? single.decode(Bool.self) {
      self = .boolean(truth)
    } else if let container = try? decoder.container(keyedBy: Key.self) {
      self = try Self.tagged(in: container)
    } else {
      var elements = try decoder.unkeyedContainer()
      var values: [Value] = []
      while !elements.isAtEnd { values.append(try elements.decode(Value.self)) }
      self = .list(values)
    }
  }

  private static func tagged(in container: KeyedDecodingContainer<Key>) throws -> Value {
    if let text = try container.decodeIfPresent(String.self, forKey: .number) {
      guard let number = Double(text), number.isFinite else {
        throw DecodingError.dataCorruptedError(
          forKey: .number,
          in: container,
          debugDescription: "not a finite number: \(text)"
        )
      }
      return .number(number)
    }
    if let parts = try container.decodeIfPresent([Int64].self, forKey: .duration) {
      guard parts.count == 2 else {
        throw DecodingError.dataCorruptedError(
          forKey: .duration,
          in: container,
          debugDescription: "a duration is its seconds and its attoseconds"
        )
      }
      return .duration(Duration(secondsComponent: parts[0], attosecondsComponent: parts[1]))
    }
    if let mark = try container.decodeIfPresent(SecretMark.self, forKey: .secret) {
      return .secret(mark)
    }
    return .record(try container.decode([String: Value].self, forKey: .record))
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .string(let text):
      var container = encoder.singleValueContainer()
      try container.encode(text)
    case .integer(let int):
      var container = encoder.singleValueContainer()
      try container.encode(int)
    case .boolean(let truth):
      var container = encoder.singleValueContainer()
      try container.encode(truth)
    case .number(let number):
      var container = encoder.container(keyedBy: Key.self)
      guard number.isFinite else {
        throw EncodingError.invalidValue(
          number,
          .init(codingPath: encoder.codingPath, debugDescription: "not a finite number")
        )
      }
      try container.encode(number.description, forKey: .number)
    case .duration(let span):
      var container = encoder.container(keyedBy: Key.self)
      let (seconds, attoseconds) = span.components
      try container.encode([seconds, attoseconds], forKey: .duration)
    case .list(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(value) }
    case .record(let fields):
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(fields, forKey: .record)
    case .secret(let mark):
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(mark, forKey: .secret)
    }
  }
}

extension SimulatedWorld: Codable {
  private enum Key: String, CodingKey {
    case state, now, seed
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init(
      state: try container.decode([String: Value].self, forKey: .state),
      now: try container.decode(Int.self, forKey: .now),
      seed: try container.decode(UInt64.self, forKey: .seed)
    )
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(state, forKey: .state)
    try container.encode(now, forKey: .now)
    try container.encode(seed, forKey: .seed)
  }
}
