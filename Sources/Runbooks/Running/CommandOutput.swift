internal import Foundation

/// Takes the declared outputs of a `run` body from what the command wrote.
enum CommandOutput {
  static func value(of declaration: OutputDeclaration, in result: CommandResult) -> Value? {
    switch declaration.origin {
    case .exitStatus:
      return convert(.integer(result.exitStatus), to: declaration.type)
    case .standardOutput:
      var text = String(decoding: result.standardOutput, as: UTF8.self)
      if text.hasSuffix("\n") { text.removeLast() }
      return convert(.string(text), to: declaration.type)
    case .json(let path):
      guard
        var node = try? JSONDecoder().decode(JSONTree.self, from: Data(result.standardOutput))
      else { return nil }
      for part in path {
        switch node {
        case .object(let fields):
          guard let next = fields[part] else { return nil }
          node = next
        case .array(let elements):
          guard let index = Int(part), elements.indices.contains(index) else { return nil }
          node = elements[index]
        case .leaf: return nil
        }
      }
      return node.value.flatMap { convert($0, to: declaration.type) }
    }
  }

  private static func convert(_ value: Value, to type: ValueType) -> Value? {
    switch (value, type) {
    case (.string(let text), .integer): Int(text).map(Value.integer)
    case (.string(let text), .number):
      Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    case (.string(let text), .boolean): Bool(text).map(Value.boolean)
    case (.string(let text), .duration): DurationText.parse(text).map(Value.duration)
    case (.string(let text), .list(.string)):
      .list(text.split(separator: "\n").map { .string(String($0)) })
    case (.integer(let int), .number): .number(Double(int))
    case (.integer, .string), (.boolean, .string), (.number, .string): .string(value.description)
    default: value.converted(to: type)
    }
  }

  /// Every text in an output that is JSON.
  static func jsonTexts(in output: [UInt8]) -> [String] {
    (try? JSONDecoder().decode(JSONTree.self, from: Data(output)))?.texts ?? []
  }

  /// JSON as foreign programs write it.
  private indirect enum JSONTree: Decodable {
    case leaf(Value?)
    case array([JSONTree])
    case object([String: JSONTree])

    init(from decoder: any Decoder) throws {
      let single = try decoder.singleValueContainer()
      if single.decodeNil() {
        self = .leaf(nil)
      } else if let text = try? single.decode(String.self) {
        self = .leaf(.string(text))
      } else if let int = try? single.decode(Int.self) {
        self = .leaf(.integer(int))
      } else if let number = try? single.decode(Double.self) {
        self = .leaf(.number(number))
      } else if let truth = try? single.decode(Bool.self) {
        self = .leaf(.boolean(truth))
      } else if let fields = try? single.decode([String: JSONTree].self) {
        self = .object(fields)
      } else {
        self = .array(try single.decode([JSONTree].self))
      }
    }

    /// Every text in it, names apart.
    var texts: [String] {
      switch self {
      case .leaf(.string(let text)?): [text]
      case .leaf: []
      case .array(let elements): elements.flatMap(\.texts)
      case .object(let fields): fields.values.flatMap(\.texts)
      }
    }

    /// The value, where nothing in it is null.
    var value: Value? {
      switch self {
      case .leaf(let value): return value
      case .array(let elements):
        let values = elements.compactMap(\.value)
        return values.count == elements.count ? .list(values) : nil
      case .object(let fields):
        let values = fields.compactMapValues(\.value)
        return values.count == fields.count ? .record(values) : nil
      }
    }
  }
}
