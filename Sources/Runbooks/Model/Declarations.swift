/// A typed value that a person or a caller gives.
public struct InputDeclaration: Sendable, Hashable {
  /// The form of an input; narrower than ``ValueType`` where people err.
  public enum Form: Sendable, Hashable {
    case string
    case integer
    case boolean
    case duration
    /// One of these words.
    case choice([String])
    /// A fully qualified domain name (RFC 1035), e.g. `mail.example.org`.
    case domainName
    /// An IPv4 or IPv6 address.
    case address
    /// A mailbox (RFC 5321), e.g. `alice@example.org`.
    case mailbox
    /// What nobody may see; given to the process that performs the run and kept in its memory.
    case secret
  }

  public let name: String
  public let form: Form
  public let help: String
  /// Used when nothing is given; may refer to `site`.
  public let fallback: Argument?
  public let isRequired: Bool
  public let position: SourcePosition

  public init(
    name: String,
    form: Form,
    help: String = "",
    fallback: Argument? = nil,
    isRequired: Bool = true,
    position: SourcePosition
  ) {
    self.name = name
    self.form = form
    self.help = help
    self.fallback = fallback
    self.isRequired = isRequired
    self.position = position
  }
}

/// A named value taken from the output of a `run` body.
public struct OutputDeclaration: Sendable, Hashable {
  /// Where the value comes from.
  public enum Origin: Sendable, Hashable {
    /// The whole standard output, without the last newline.
    case standardOutput
    /// A value in standard output read as JSON, by a dotted path, e.g. `status.readyReplicas`.
    case json(path: [String])
    /// The exit status.
    case exitStatus
  }

  public let name: String
  public let origin: Origin
  /// What the command writes there.
  public let type: ValueType
  /// Whether nobody may see it: then the output is read and not kept.
  public let isSecret: Bool

  public init(name: String, origin: Origin, type: ValueType, isSecret: Bool = false) {
    self.name = name
    self.origin = origin
    self.type = type
    self.isSecret = isSecret
  }

  /// What expressions see.
  public var valueType: ValueType { isSecret ? .secret : type }
}
