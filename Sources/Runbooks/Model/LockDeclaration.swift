/// A lock that a run holds while it is performed, so that no other run works on the same thing.
public struct LockDeclaration: Sendable, Hashable {
  /// What the lock stands for, within the site.
  public enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
    case cluster, node, domain
  }

  public let name: String
  public let scope: Scope
  /// How long a run waits for it; nil: it is refused at once.
  public let wait: Duration?
  public let position: SourcePosition

  public init(name: String, scope: Scope, wait: Duration? = nil, position: SourcePosition) {
    self.name = name
    self.scope = scope
    self.wait = wait
    self.position = position
  }
}

/// A lock of one site.
public struct SiteLock: Sendable, Hashable, Codable {
  public let name: String
  public let scope: LockDeclaration.Scope
  public let site: String
  /// The cluster, node or domain: the site's own.
  public let target: String

  public init(_ declaration: LockDeclaration, on site: Site) {
    name = declaration.name
    scope = declaration.scope
    self.site = site.name
    target =
      switch declaration.scope {
      case .cluster: site.kubernetes.context ?? site.name
      case .node: site.node
      case .domain: site.domain
      }
  }

  /// The same for every run that means the same lock.
  var key: Digest { Digest(of: "\(site)\n\(scope.rawValue)\n\(target)\n\(name)") }
}

extension SiteLock: CustomStringConvertible {
  public var description: String { "\(name) (\(scope.rawValue) \(target))" }
}
