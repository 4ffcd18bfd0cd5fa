/// A node of a YAML document and where it begins.
struct YAMLNode: Sendable, Hashable {
  enum Content: Sendable, Hashable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    /// In the order of the file; no key stands twice.
    case mapping([YAMLField])
  }

  let content: Content
  let mark: TextMark
  /// The byte of the file it begins at.
  let offset: Int
}

/// One `key: value` of a mapping.
struct YAMLField: Sendable, Hashable {
  let key: String
  let keyMark: TextMark
  let value: YAMLNode
}

/// A scalar as written.
struct YAMLScalar: Sendable, Hashable {
  enum Style: Sendable, Hashable {
    case plain
    case singleQuoted
    case doubleQuoted
    /// `|`
    case literal
    /// `>`
    case folded
  }

  let text: String
  let style: Style
}

extension YAMLNode {
  /// The scalar, where this is one.
  var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// What it is, for a message.
  var kind: String {
    switch content {
    case .scalar(let scalar): scalar.isNull ? "nothing" : "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
