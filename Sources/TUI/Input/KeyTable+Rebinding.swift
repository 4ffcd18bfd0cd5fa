extension KeyTable {
  /// The table with the user's own keys.
  ///
  /// - Parameter choices: Keys by command, as in `["run": ["r", "f5"]]`. They
  ///   replace the usual ones; an empty list unbinds. `context.command` names a
  ///   command that several contexts have.
  /// - Throws: `KeyTableError`, saying which entry is wrong and why.
  public func rebinding(_ choices: [String: [String]]) throws(KeyTableError) -> KeyTable {
    var changed = bindings
    // In a fixed order, so that of several mistakes the same one is reported.
    for (name, notations) in choices.sorted(by: { $0.key < $1.key }) {
      let positions = changed.indices.filter {
        changed[$0].command == name || "\(changed[$0].context).\(changed[$0].command)" == name
      }
      guard !positions.isEmpty else { throw .unknownCommand(name) }
      var keys: [Key] = []
      for notation in notations {
        guard let key = Key(notation) else {
          throw .notAKey(notation, command: name)
        }
        keys.append(key)
      }
      for position in positions { changed[position].keys = keys }
    }
    return try KeyTable(changed)
  }
}

/// What is wrong with a table of keys.
public enum KeyTableError: Error, Sendable, Equatable {
  case duplicateKey(Key, commands: [String], context: KeyContext)
  case duplicateCommand(String, context: KeyContext)
  case reservedKey(Key, command: String)
  case unknownCommand(String)
  case notAKey(String, command: String)
}

extension KeyTableError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .duplicateKey(let key, let commands, let context):
      "The key “\(key)” is bound twice in “\(context)”: to \(commands.joined(separator: " and "))."
        + " Give one of them another key."
    case .duplicateCommand(let command, let context):
      "The command “\(command)” appears twice in “\(context)”."
    case .reservedKey(let key, let command):
      "The key “\(key)” cannot be bound to “\(command)”: a broken arrow key can send it."
        + " Choose another key."
    case .unknownCommand(let name):
      "There is no command “\(name)” to bind keys to. The help (?) lists the commands."
    case .notAKey(let notation, let command):
      "“\(notation)”, bound to “\(command)”, is not a key. Write a character, or a name such as"
        + " ctrl-d, alt-x, enter, esc, tab, space, pgdn, home or f5."
    }
  }
}
