@testable import Runbooks

/// Which fields of events, and which words of their vocabularies, occur in what was looked at.
///
/// It looks by reflection, so that a field or a word that is added is missed without being named.
struct EventSurvey {
  private var fields: [String: Bool] = [:]
  private var said: [String: Set<String>] = [:]
  private var vocabularies: [String: [String]] = [:]

  /// Fields that were never set, or lists that were always empty, as `TYPE.FIELD`; what undoes a
  /// step is told in the types of steps.
  var unset: [String] { fields.filter { !$0.value }.keys.sorted() }

  /// Words that were never said, as `VOCABULARY.WORD`.
  var unsaid: [String] {
    vocabularies.flatMap { name, words in
      words.filter { !said[name, default: []].contains($0) }.map { "\(name).\($0)" }
    }.sorted()
  }

  mutating func look(at event: RunEvent) {
    // The cases of an event hold one structure each, those of an undoing one more.
    var value: Any = event
    while Mirror(reflecting: value).displayStyle == .enum,
      let inner = Mirror(reflecting: value).children.first
    {
      value = inner.value
    }
    look(into: value, at: "\(type(of: value))")
  }

  private mutating func look(into value: Any, at path: String) {
    if let words = type(of: value) as? any CaseIterable.Type {
      let name = "\(type(of: value))"
      vocabularies[name] = Self.words(of: words)
      said[name, default: []].insert("\(value)")
      return
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional, .collection, .dictionary, .set:
      fields[path] = fields[path, default: false] || !mirror.children.isEmpty
      for child in mirror.children { look(into: child.value, at: path) }
    case .struct:
      for child in mirror.children {
        guard let label = child.label else { continue }
        look(into: child.value, at: "\(path).\(label)")
      }
    default: break
    }
  }

  private static func words<T: CaseIterable>(of type: T.Type) -> [String] {
    type.allCases.map { "\($0)" }
  }
}
