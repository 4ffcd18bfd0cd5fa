/// A name that an expression reads, like `steps.look.total`.
public struct Reference: Sendable, Hashable {
  /// What the first word names.
  public enum Root: Sendable, Hashable {
    case inputs
    case site
    case run
    case step(StepID)
    case result
  }

  public let root: Root
  /// The words after the root; never empty.
  public let path: [String]
  public let position: SourcePosition
}

extension Reference: CustomStringConvertible {
  /// The reference as written.
  public var description: String {
    let root =
      switch root {
      case .inputs: "inputs"
      case .site: "site"
      case .run: "run"
      case .step(let id): "steps.\(id)"
      case .result: "result"
      }
    return "\(root).\(path.joined(separator: "."))"
  }
}

/// A reference where it is used, for the analysis of the graph.
public struct ReferenceUse: Sendable, Hashable {
  public let reference: Reference
  /// Whether it stands in `default(…)`, so that it may be unset.
  public let hasDefault: Bool
}
