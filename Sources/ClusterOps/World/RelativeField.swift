internal import Runbooks

/// A span in the state of a scenario that is a moment once the world goes on.
struct RelativeField: Sendable {
  /// Where it is; `*` is every element of a list, or every field.
  let path: [String]
  let span: String
  let moment: String
  /// The seconds of its unit; negative: it is so long ago.
  let seconds: Int
  /// The span where neither is said.
  var standard: Int?

  private init(
    _ path: String,
    _ span: String,
    _ moment: String,
    _ seconds: Int,
    standard: Int? = nil
  ) {
    self.path = path.split(separator: ".").map(String.init)
    self.span = span
    self.moment = moment
    self.seconds = seconds
    self.standard = standard
  }

  /// All of them, beside messages in a queue, which have always had `arrived`.
  static let all =
    [
      RelativeField("postfix.certificate", "days", "ends", 86_400),
      RelativeField("postfix.flows.*", "for", "until", 1),
      RelativeField("certificates.issued.*", "days", "ends", 86_400, standard: 60),
      RelativeField("certificates.orders.*", "age", "made", -1, standard: 0),
      RelativeField("restic.snapshots.*", "age", "made", -1, standard: 28_800),
      RelativeField("clamav", "age_hours", "made", -3_600),
      RelativeField("redis", "uptime", "started", -1),
      RelativeField("rspamd", "uptime", "started", -1),
      RelativeField("kubernetes.nodes.*", "back_after", "back_at", 1),
      RelativeField("kubernetes.crashes.*", "for", "until", 1),
      RelativeField("dns.lists.*", "for", "until", 1),
    ] + DaemonProgress.facets.map { RelativeField($0, "back_after", "back_at", 1) }

  /// A state in which these spans are moments. A span that is said replaces a moment that was kept.
  static func settled(_ state: [String: Value], at now: Int) -> [String: Value] {
    var state = state
    for field in all {
      guard let first = field.path.first, let facet = state[first] else { continue }
      state[first] = field.settled(facet, field.path.dropFirst(), at: now)
    }
    return state
  }

  private func settled(_ value: Value, _ path: ArraySlice<String>, at now: Int) -> Value {
    guard let step = path.first else {
      let told = value[span]?.int ?? (value[moment] == nil ? standard : nil)
      guard case .record = value, let told else { return value }
      return value.with(span, nil)
        .with(moment, .integer(now + Span.seconds(told, each: abs(seconds)) * seconds.signum()))
    }
    let rest = path.dropFirst()
    guard step == "*" else {
      return value[step].map { value.with(step, settled($0, rest, at: now)) } ?? value
    }
    switch value {
    case .list(let elements): return .list(elements.map { settled($0, rest, at: now) })
    case .record(let fields): return .record(fields.mapValues { settled($0, rest, at: now) })
    default: return value
    }
  }

  /// Where such spans are left in a state, e.g. `restic.snapshots.*.age`.
  static func left(in state: [String: Value]) -> [String] {
    all.filter { field in
      guard let first = field.path.first, let facet = state[first] else { return false }
      return field.isLeft(in: facet, field.path.dropFirst())
    }.map { ($0.path + [$0.span]).joined(separator: ".") }
  }

  private func isLeft(in value: Value, _ path: ArraySlice<String>) -> Bool {
    guard let step = path.first else { return value[span]?.int != nil }
    let rest = path.dropFirst()
    guard step == "*" else { return value[step].map { isLeft(in: $0, rest) } ?? false }
    let all = value.elements ?? Array(value.fields.values)
    return all.contains { isLeft(in: $0, rest) }
  }
}
