/// The operations by name; lint checks runbooks against it, the engine performs from it.
public struct OperationCatalogue: Sendable {
  private let operations: [OperationName: any Operation]

  /// Takes operations with different names; two of one name are a programming error.
  public init(_ operations: [any Operation]) {
    self.operations = Dictionary(
      operations.map { ($0.declaration.name, $0) },
      uniquingKeysWith: { first, _ in
        preconditionFailure("two operations are called \(first.declaration.name)")
      }
    )
  }

  /// The operation of that name.
  public subscript(name: OperationName) -> (any Operation)? { operations[name] }

  /// Every declaration, by name.
  public var declarations: [OperationDeclaration] {
    operations.values.map(\.declaration).sorted { $0.name < $1.name }
  }
}
