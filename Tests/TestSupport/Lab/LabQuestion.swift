public import Runbooks

/// A state that the lab can be put into, and that a scenario beside its recorded answers describes.
public enum LabState: String, CaseIterable, Sendable, Codable, CustomStringConvertible {
  /// The mail pod stands and nothing waits.
  case healthy
  /// A hundred messages wait for three causes: a dead receiver, one that puts off, a stolen login.
  case queueDeferred = "queue-deferred"
  /// Nobody listens at clamd's socket.
  case clamdDown = "clamd-down"
  /// Nobody listens at Redis' socket.
  case redisDown = "redis-down"
  /// The resolver of the lab's internet is there and answers nobody.
  case resolverDown = "resolver-down"
  /// An address of the lab's internet is on two block lists.
  case listed
  /// The zone's primary takes updates that are signed with a key at the vantage.
  case publishing
  /// A provider has reported how the domain's mail fared.
  case reported
  /// A repository in the lab's store has one snapshot.
  case backedUp = "backed-up"
  /// A Prometheus on the node asks itself and Postfix' exporter, and has the shipped rules.
  case monitored

  public var description: String { rawValue }
}

/// A question that is asked of the lab and of the simulated world alike.
public struct LabQuestion: Sendable, CustomStringConvertible {
  public let state: LabState
  /// The name of its recorded answer, one in its state.
  public let name: String
  /// The operation that asks.
  public let operation: String
  /// Its arguments, as JSON; spans of time are texts such as `30s`.
  private let json: String

  init(_ state: LabState, _ name: String, _ operation: String, _ json: String = "{}") {
    self.state = state
    self.name = name
    self.operation = operation
    self.json = json
  }

  public var description: String { "\(state)/\(name)" }

  /// Its arguments, each of the type that the operation declares.
  ///
  /// - Throws: where it names no parameter of the operation, or a value is of another type.
  public func arguments(for declaration: OperationDeclaration) throws -> Arguments {
    let values: [String: Value]
    if case .record(let fields)? = try MergePatch(object: json).applied(to: nil) {
      values = fields
    } else {
      values = [:]
    }
    var arguments: [String: Value] = [:]
    for (name, value) in values {
      guard let parameter = declaration.parameters.first(where: { $0.name == name }),
        let converted = value.converted(to: parameter.type)
      else { throw LabFault("\(self): \(operation) takes no `\(name)` such as \(value)") }
      arguments[name] = converted
    }
    return Arguments(arguments)
  }
}

/// Why a question or its recorded answer cannot be used.
public struct LabFault: Error, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
