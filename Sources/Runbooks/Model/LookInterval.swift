/// How often the checks of a site are looked at without being asked for, while they are before
/// somebody's eyes.
public enum LookInterval: Sendable, Hashable {
  /// Only when somebody asks.
  case never
  case every(Duration)

  /// What a site has that says nothing: a real cluster changes by itself, a simulated one does not.
  public static func usual(in world: World) -> LookInterval {
    world == .tabletop ? .never : .every(.seconds(300))
  }

  /// The span between two looks; nil: there is none.
  public var span: Duration? { if case .every(let span) = self { span } else { nil } }
}
