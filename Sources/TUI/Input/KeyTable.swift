/// The one table of keys.
///
/// Dispatch, footer, `?`, `:` and the manual all read it, so that none can say
/// what another does not do.
public struct KeyTable<Action: Hashable & Sendable>: Sendable {
  public let bindings: [KeyBinding<Action>]
  private let index: [KeyContext: [Key: Int]]

  /// - Throws: `KeyTableError` when two bindings want the same key in the same
  ///   context, share a command name there, or want a reserved key.
  public init(_ bindings: [KeyBinding<Action>]) throws(KeyTableError) {
    var index: [KeyContext: [Key: Int]] = [:]
    var commands: Set<[String]> = []
    for (position, binding) in bindings.enumerated() {
      let context = binding.context
      guard commands.insert([context.name, binding.command]).inserted else {
        throw .duplicateCommand(binding.command, context: context)
      }
      for key in binding.keys {
        if let other = index[context]?[key] {
          throw .duplicateKey(
            key,
            commands: [bindings[other].command, binding.command],
            context: context
          )
        }
        if key == .unknown || Key.reserved.contains(key) && !binding.isHarmless {
          throw .reservedKey(key, command: binding.command)
        }
        index[context, default: [:]][key] = position
      }
    }
    self.bindings = bindings
    self.index = index
  }

  /// What a key does.
  ///
  /// Contexts go from the innermost out; `global` is asked last even when not
  /// named.
  public func binding(for key: Key, in contexts: [KeyContext]) -> KeyBinding<Action>? {
    for context in Self.withGlobal(contexts) {
      if let position = index[context]?[key] { return bindings[position] }
    }
    return nil
  }

  /// What a key does.
  public func action(for key: Key, in contexts: [KeyContext]) -> Action? {
    binding(for: key, in: contexts)?.action
  }

  /// What a `:` command does, by its whole name or a start only it has.
  public func action(forCommand name: String, in contexts: [KeyContext]) -> Action? {
    let known = available(in: contexts)
    if let exact = known.first(where: { $0.command == name }) { return exact.action }
    let candidates = known.filter { $0.command.hasPrefix(name) }
    return name.isEmpty || candidates.count != 1 ? nil : candidates[0].action
  }

  /// The commands that start so, for completion.
  public func commands(startingWith prefix: String = "", in contexts: [KeyContext]) -> [String] {
    var seen: Set<String> = []
    return available(in: contexts).map(\.command)
      .filter { $0.hasPrefix(prefix) && seen.insert($0).inserted }
  }

  /// All that acts in these contexts, each with the keys that reach it: one a
  /// more special context took for itself is left out.
  public func available(in contexts: [KeyContext]) -> [KeyBinding<Action>] {
    let order = Self.withGlobal(contexts)
    return order.flatMap { context in
      bindings.indices.filter { bindings[$0].context == context }.map { position in
        var binding = bindings[position]
        binding.keys = binding.keys.filter { key in
          order.first { index[$0]?[key] != nil } == context
        }
        return binding
      }
    }
  }

  /// The keys of the footer, in the order of the table.
  public func footer(in contexts: [KeyContext]) -> [KeyHint] {
    available(in: contexts).compactMap { binding in
      guard binding.isInFooter, let key = binding.keys.first else { return nil }
      return KeyHint(keys: [key], label: binding.label, help: binding.help)
    }
  }

  /// All keys for `?`, grouped by context; with them the commands that have no key on purpose.
  public func help(in contexts: [KeyContext]) -> [KeyHelpSection] {
    let available = available(in: contexts)
    return Self.withGlobal(contexts).compactMap { context in
      let hints = available.filter { $0.context == context && (!$0.keys.isEmpty || isKeyless($0)) }
        .map { KeyHint(keys: $0.keys, label: $0.label, help: $0.help, command: $0.command) }
      return hints.isEmpty ? nil : KeyHelpSection(title: context.name, hints: hints)
    }
  }

  /// Whether a binding was made without a key: one whose keys a more special context
  /// took is not meant.
  private func isKeyless(_ binding: KeyBinding<Action>) -> Bool {
    bindings.contains {
      $0.context == binding.context && $0.command == binding.command && $0.keys.isEmpty
    }
  }

  /// All keys of all contexts, for the manual.
  public var manual: [KeyHelpSection] {
    var contexts: [KeyContext] = []
    for binding in bindings where !contexts.contains(binding.context) {
      contexts.append(binding.context)
    }
    return contexts.map { context in
      KeyHelpSection(
        title: context.name,
        hints: bindings.filter { $0.context == context }
          .map { KeyHint(keys: $0.keys, label: $0.label, help: $0.help, command: $0.command) }
      )
    }
  }

  private static func withGlobal(_ contexts: [KeyContext]) -> [KeyContext] {
    contexts.contains(.global) ? contexts : contexts + [.global]
  }
}

/// One line of a footer or of help.
public struct KeyHint: Sendable, Hashable {
  public var keys: [Key]
  public var label: String
  public var help: String
  public var command: String

  public init(keys: [Key], label: String, help: String = "", command: String = "") {
    self.keys = keys
    self.label = label
    self.help = help
    self.command = command
  }
}

/// The keys of one context.
public struct KeyHelpSection: Sendable, Hashable {
  public var title: String
  public var hints: [KeyHint]

  public init(title: String, hints: [KeyHint]) {
    self.title = title
    self.hints = hints
  }
}
