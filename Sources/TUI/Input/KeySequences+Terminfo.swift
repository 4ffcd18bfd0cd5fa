import CNcurses

extension KeySequences {
  /// The sequences of the terminal that is open, by its description.
  static func ofTerminal() -> KeySequences {
    var described: [[UInt8]: Key] = [:]
    for (name, key) in names {
      guard let value = tui_capability(name) else { continue }
      described[String(cString: value).utf8.map(\.self)] = key
    }
    return KeySequences(described: described)
  }

  /// terminfo(5): key capabilities.
  private static let names: [(String, Key)] =
    [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right),
      ("khome", .home), ("kend", .end), ("kpp", .pageUp), ("knp", .pageDown),
      ("kich1", .insert), ("kdch1", .delete), ("kbs", .backspace), ("kent", .enter),
      ("kcbt", .backTab),
    ] + (1...24).map { ("kf\($0)", .function($0)) }
}
