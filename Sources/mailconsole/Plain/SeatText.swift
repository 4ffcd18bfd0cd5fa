internal import Runbooks
internal import TUI

/// What the header says on every screen of a console with a seat at an exercise.
enum SeatText {
  /// The world's clock, and a player's messages that were not read; nothing without a seat.
  static func facts(_ model: ConsoleModel, _ glyphs: GlyphSet) -> [StyledText] {
    guard let exercise = model.exercise else { return [] }
    let unread = exercise.unread.count
    let mail: [StyledText] =
      unread == 0 ? [] : [StyledText("\(glyphs.mail) \(unread)", .waiting)]
    return [clock(model)] + mail
  }

  /// `03:12:40 ×4`, `03:12:40 stands`, `not begun`.
  static func clock(_ model: ConsoleModel) -> StyledText {
    guard let news = model.exercise?.news else { return StyledText("exercise", .dim) }
    guard let clock = news.clock else { return StyledText("not begun", .dim) }
    let time = model.showsSeconds ? model.now.secondOfDay : model.now.minuteOfDay
    switch clock.pace {
    case 0: return [.init(time, .strong), .init(" stands", .warning)]
    case 1: return StyledText(time, .strong)
    case let pace: return [.init(time, .strong), .init(" ×\(pace)", .accent)]
    }
  }
}
