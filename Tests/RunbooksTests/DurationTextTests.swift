import Testing

@testable import Runbooks

@Suite struct DurationTextTests {
  @Test(
    "reads what people write",
    arguments: [
      ("90s", Duration.seconds(90)), ("1h30m", .seconds(5400)), ("5d", .seconds(432_000)),
      ("250ms", .milliseconds(250)),
    ]
  )
  func reads(text: String, expected: Duration) {
    #expect(DurationText.parse(text) == expected)
  }

  @Test(
    "refuses a bare number, an unknown unit, units out of order and overflow",
    arguments: ["", "5", "5w", "1m1h", "1h1h", "99999999999999999d", "-5s", "٣s"]
  )
  func refuses(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test("writes text that reads back the same", arguments: [0, 1, 999, 1000, 61_001, 90_061_001])
  func roundTrip(milliseconds: Int) {
    let duration = Duration.milliseconds(milliseconds)
    #expect(DurationText.parse(DurationText.format(duration)) == duration)
  }
}
