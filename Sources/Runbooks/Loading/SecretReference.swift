/// Where a secret is that an answers file needs.
public enum SecretReference: Sendable, Hashable {
  /// `{env: NAME}`.
  case environment(String)
  /// `{file: PATH}`.
  case file(String)
}

extension AnswersLoader {
  /// A value read as a reference to a secret; nil: it is none.
  public static func secretReference(in value: Value) -> SecretReference? {
    guard case .record(let fields) = value, fields.count == 1,
      case .string(let text)? = fields.values.first, !text.isEmpty
    else { return nil }
    switch fields.keys.first {
    case "env": return .environment(text)
    case "file": return .file(text)
    default: return nil
    }
  }
}
