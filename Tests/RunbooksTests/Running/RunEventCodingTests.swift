import Testing

@testable import Runbooks

@Suite struct RunEventCodingTests {
  @Test(
    "values that look alike stay apart and come back as they were",
    arguments: [
      Value.integer(1), .number(1), .string("1"), .boolean(true), .string("true"), .number(-0.0),
      .number(0.1), .number(1e300), .integer(.max), .integer(.min), .duration(.milliseconds(1)),
      .duration(Duration(secondsComponent: 1, attosecondsComponent: 1)), .string(""), .list([]),
      .record([:]), .list([.integer(1), .number(1)]), .record(["number": .string("1")]),
      .record(["a": .list([.duration(.seconds(5))])]), .secret(SecretMark(nil)),
      .secret(SecretMark(Digest(of: "x"))), .record(["secret": .string("x")]),
      .string("\u{0}\u{1b}[31m€"),
    ]
  )
  func values(value: Value) throws {
    let bytes = try RecordCoding.encode(value)
    #expect(try RecordCoding.decode(Value.self, from: bytes) == value)
    #expect(try RecordCoding.encode(try RecordCoding.decode(Value.self, from: bytes)) == bytes)
  }

  @Test("the encodings of different values differ")
  func distinct() throws {
    let values: [Value] = [
      .integer(1), .number(1), .string("1"), .boolean(true), .list([.integer(1)]),
    ]
    let encodings = try Set(values.map { try RecordCoding.encode($0) })
    #expect(encodings.count == values.count)
  }

  @Test("a number that is not finite is refused", arguments: [Double.nan, .infinity])
  func notFinite(number: Double) {
    #expect(throws: JournalError.self) { try RecordCoding.encode(Value.number(number)) }
    #expect(throws: JournalError.self) {
      try RecordCoding.decode(Value.self, from: Array(#"{"number":"nan"}"#.utf8))
    }
  }

  @Test("an event of a newer version is refused by its name")
  func unknownType() {
    let bytes = Array(
      #"{"actor":"a","at":1,"boot":"b","event":{"type":"lease.taken"},"mono":1,"run":"r","seq":4,"v":1}"#
        .utf8
    )
    #expect {
      try RecordCoding.payload(bytes, sequence: 4)
    } throws: { error in
      "\(error)".contains("lease.taken") && "\(error)".contains("newer")
    }
  }

  @Test("an event's bytes are stable: a `type` and its fields, sorted")
  func stable() throws {
    let event = RunEvent.stepEnded(
      .init(
        step: StepID("look"),
        attempt: 1,
        outcome: .warned,
        summary: "3 held",
        outputs: ["total": .integer(3), "age": .duration(.seconds(90)), "ratio": .number(1)],
        durationMilliseconds: 12,
        at: Moment(milliseconds: 5)
      )
    )
    let text = String(decoding: try RecordCoding.encode(event), as: UTF8.self)
    #expect(
      text
        == #"{"at":5,"attempt":1,"durationMilliseconds":12,"evidence":[],"outcome":"warned","#
        + #""outputs":{"age":{"duration":[90,0]},"ratio":{"number":"1.0"},"total":3},"#
        + #""step":"look","summary":"3 held","type":"step.ended"}"#
    )
    #expect(try RecordCoding.decode(RunEvent.self, from: Array(text.utf8)) == event)
  }

  @Test(
    "moments are written as RFC 3339",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1_795_316_400_123, "2026-11-22T03:00:00.123Z"),
      (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
    ]
  )
  func moments(milliseconds: Int64, text: String) {
    #expect(Moment(milliseconds: milliseconds).description == text)
  }
}
