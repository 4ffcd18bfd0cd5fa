internal import Runbooks

// Moments that a scenario tells as spans: `days: 60` from now on, an hour ago.

extension Scene {
  /// Whether its world goes on by itself, see ``Progress``.
  var goesOn: Bool { world.state["goes_on"]?.truth == true }

  /// The moment that spans of the scenario are counted from, in seconds since 1970.
  ///
  /// In a world that goes on it is the one at which it began to, so that spans shrink and ages grow;
  /// in any other it is always now.
  var origin: Int { goesOn ? world.state["began"]?.int ?? world.now : world.now }

  /// A span of the scenario in seconds; at most a hundred years.
  func span(_ field: String, in value: Value, _ standard: Int, each seconds: Int = 1) -> Int {
    Span.seconds(value.int(field, standard), each: seconds)
  }

  /// A moment that is kept as `field`, or so long ago as `span` says.
  func moment(
    _ field: String,
    in value: Value,
    ago span: String,
    _ standard: Int,
    each seconds: Int = 1
  ) -> Int {
    value[field]?.int ?? origin - self.span(span, in: value, standard, each: seconds)
  }

  /// When a certificate of the scenario ends.
  func end(of certificate: Value) -> Int {
    certificate["ends"]?.int ?? origin + span("days", in: certificate, 60, each: 86_400)
  }

  /// The whole state, with what the facets changed.
  var state: [String: Value] {
    get { kept.state }
    set {
      world.state = newValue
      kubernetes = newValue["kubernetes"] ?? .record([:])
      postfix = newValue["postfix"] ?? .record([:])
    }
  }
}

/// Spans as scenarios have them, within bounds: what is beyond them is a slip of the pen.
enum Span {
  private static let longest = 100 * 366 * 86_400

  static func seconds(_ number: Int, each seconds: Int) -> Int {
    let most = longest / max(1, seconds)
    return max(-most, min(most, number)) * seconds
  }
}

extension Value {
  /// The same record with a field of another value; nil: without the field.
  func with(_ field: String, _ value: Value?) -> Value {
    var fields = fields
    fields[field] = value
    return .record(fields)
  }
}
