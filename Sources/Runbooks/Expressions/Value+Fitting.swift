extension Value {
  /// This value as another type, where that loses nothing.
  ///
  /// A whole number fits a number, a text like `10m` a duration, an empty list
  /// any list, a record one with those fields and perhaps more. Everything
  /// else must be of the type already.
  public func converted(to type: ValueType) -> Value? {
    switch (self, type) {
    case (.string, .string), (.integer, .integer), (.number, .number), (.boolean, .boolean),
      (.duration, .duration), (.secret, .secret):
      return self
    case (.integer(let int), .number): return .number(Double(int))
    case (.string(let text), .duration): return DurationText.parse(text).map(Value.duration)
    case (.list(let values), .list(let element)):
      var converted: [Value] = []
      converted.reserveCapacity(values.count)
      for value in values {
        guard let value = value.converted(to: element) else { return nil }
        converted.append(value)
      }
      return .list(converted)
    case (.record(var fields), .record(let types)):
      for (name, type) in types {
        guard let value = fields[name]?.converted(to: type) else { return nil }
        fields[name] = value
      }
      return .record(fields)
    default: return nil
    }
  }

  /// Whether ``converted(to:)`` gives a value.
  public func fits(_ type: ValueType) -> Bool { converted(to: type) != nil }
}

extension ValueType {
  /// Whether every value of this type fits another.
  public func fits(_ other: ValueType) -> Bool {
    switch (self, other) {
    case (.integer, .number): true
    case (.list(let a), .list(let b)): a.fits(b)
    case (.record(let a), .record(let b)):
      b.allSatisfy { name, type in a[name]?.fits(type) ?? false }
    default: self == other
    }
  }
}
