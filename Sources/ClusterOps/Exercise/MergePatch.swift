internal import Foundation
internal import Runbooks

/// A change of values by what is there afterwards: a JSON merge patch (RFC 7396).
indirect enum MergePatch: Sendable, Hashable {
  /// Takes a field away.
  case remove
  /// Puts a value in the place of what is there.
  case replace(Value)
  /// Changes fields.
  case fields([String: MergePatch])

  /// Why a text is no such change of a record.
  struct Fault: Error, Hashable {
    let words: String
  }

  /// The most bytes of a text.
  static let limit = 1 << 20

  /// Reads a JSON object.
  init(object text: String) throws(Fault) {
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

  /// A value after the change; nil: it is gone.
  func applied(to value: Value?) -> Value? {
    switch self {
    case .remove: return nil
    case .replace(let new): return new
    case .fields(let changes):
      var fields = value?.fields ?? [:]
      for (name, change) in changes { fields[name] = change.applied(to: fields[name]) }
      return .record(fields)
    }
  }
}

extension MergePatch: Decodable {
  init(from decoder: any Decoder) throws {
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
      self = .replace(.list(values))
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .remove
    } else if let truth = try? container.decode(Bool.self) {
      self = .replace(.boolean(truth))
    } else if let integer = try? container.decode(Int.self) {
      self = .replace(.integer(integer))
    } else if let number = try? container.decode(Double.self), number.isFinite {
      self = .replace(.number(number))
    } else {
      self = .replace(.string(try container.decode(String.self)))
    }
  }

  /// What it is as a value; nil: it takes something away.
  private var whole: Value? {
    switch self {
    case .remove: return nil
    case .replace(let value): return value
    case .fields(let fields):
      var values: [String: Value] = [:]
      for (name, field) in fields {
        guard let value = field.whole else { return nil }
        values[name] = value
      }
      return .record(values)
    }
  }

  private struct AnyName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
