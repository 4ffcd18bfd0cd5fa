import Foundation
import TestSupport
import Testing

@testable import TUI
@testable import mailconsole

/// Random bytes that are no presses of keys, randomly cut and spaced, at places where one key
/// decides.
///
/// What it must not make is a press: one key alone in its read after a moment of quiet. So text
/// without marks comes in reads of two bytes and more or without a pause, and only what a mark or
/// an introducer begins is torn by pauses.
private struct Noise {
  var random: SeededGenerator
  private static let hurtful = Array("\t\r\r\r \n\u{3}apotwNqQy:/?hjklJ[]O;0127~mMc\\".utf8)

  mutating func bytes(_ range: ClosedRange<Int>) -> [UInt8] {
    (0..<Int.random(in: range, using: &random)).map { _ in
      Bool.random(using: &random)
        ? Self.hurtful[Int.random(in: 0..<Self.hurtful.count, using: &random)]
        : UInt8.random(in: 0...255, using: &random)
    }
  }

  /// Text inside a string or paste: anything but what would end it.
  private mutating func text() -> [UInt8] {
    bytes(0...40).filter { ![0x07, 0x18, 0x1A, 0x1B, 0x9C].contains($0) }
  }

  private mutating func digits() -> [UInt8] {
    (0..<Int.random(in: 1...12, using: &random)).map { _ in
      Array("0123456789;".utf8)[Int.random(in: 0..<11, using: &random)]
    }
  }

  /// Something whole that is no key.
  mutating func sequence() -> [UInt8] {
    let end: [UInt8] = Bool.random(using: &random) ? [0x07] : [0x1B, 0x5C]
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      return [0x1B, 0x5B] + Array("?>=<".utf8).shuffled(using: &random).prefix(1) + digits() + [
        0x63
      ]
    case 1:
      let kind = Array("]PX^_".utf8)[Int.random(in: 0..<5, using: &random)]
      return [0x1B, kind] + text() + end
    case 2:
      return [0x1B, 0x5B, 0x4D]
        + (0..<3).map { _ in UInt8.random(in: 0x20...0x7F, using: &random) }
    case 3: return [0x1B, 0x5B, 0x3C] + digits() + [0x4D]
    default: return Array("\u{1B}[200~".utf8) + text() + Array("\u{1B}[201~".utf8)
    }
  }

  /// Reads with the pause before each.
  mutating func reads() -> [(bytes: [UInt8], pause: Int)] {
    let lead = Int.random(in: 10...2500, using: &random)
    if Int.random(in: 0..<3, using: &random) == 0 {
      // A burst: no press, even when it goes on in a second read.
      var burst = bytes(2...60)
      if Self.isOneKey(burst) { burst = Array("jk".utf8) + burst }
      var cut = Int.random(in: 2...burst.count, using: &random)
      if Self.isOneKey(Array(burst[..<cut])) { cut = burst.count }
      let rest = Array(burst[cut...])
      return [(Array(burst[..<cut]), lead)] + (rest.isEmpty ? [] : [(rest, 1)])
    }
    let whole = sequence() + (Int.random(in: 0..<4, using: &random) == 0 ? sequence() : [])
    var cuts = (0..<Int.random(in: 0...3, using: &random))
      .map { _ in Int.random(in: 1..<whole.count, using: &random) }
    cuts = Array(Set(cuts)).sorted()
    var reads: [([UInt8], Int)] = []
    var start = 0
    for cut in cuts + [whole.count] {
      let pause = start == 0 ? lead : Int.random(in: 0...300, using: &random)
      reads.append((Array(whole[start..<cut]), pause))
      start = cut
    }
    return reads
  }

  /// Whether a read is one press by itself, as `ESC [ A` or a character of three bytes.
  private static func isOneKey(_ bytes: [UInt8]) -> Bool {
    var parser = EscapeParser(KeySequences())
    for byte in bytes { parser.feed(byte) }
    parser.giveUp()
    let tokens = parser.takeTokens()
    return tokens.count <= 1 || parser.state != .ground
  }
}

@Suite("Noise on the line")
struct InputFuzzTests {
  static var events: Int {
    ProcessInfo.processInfo.environment["MAILCONSOLE_FUZZ_EVENTS"].flatMap { Int($0) } ?? 50_000
  }

  @Test("never decides anything, at any place where a key would")
  func decidesNothing() {
    let opened = Place.allCases.map { $0.open() }
    var noise = Noise(random: SeededGenerator(seed: 2003))
    var left = Self.events
    while left > 0 {
      let place = Int.random(in: 0..<opened.count, using: &noise.random)
      var console = opened[place]
      var said: [(bytes: [UInt8], pause: Int)] = []
      for _ in 0..<Int.random(in: 1...8, using: &noise.random) {
        for read in noise.reads() {
          said.append(read)
          console.read(read.bytes, after: read.pause)
          left -= 1
        }
      }
      console.pass(3000)
      guard !console.decided else {
        Issue.record("\(Place.allCases[place]): \(said) made \(console.script.effects)")
        return
      }
    }
  }

  @Test("leaves the keyboard alive within a second and a little")
  func staysAlive() {
    var noise = Noise(random: SeededGenerator(seed: 77))
    var left = Self.events
    var decoder = InputDecoder()
    var now = ContinuousClock.now
    while left > 0 {
      let bytes = noise.bytes(1...60)
      decoder.feed(bytes, at: now)
      left -= 1
      while decoder.next() != nil {}
      guard Int.random(in: 0..<20, using: &noise.random) == 0 else {
        now += .milliseconds(Int.random(in: 0...300, using: &noise.random))
        continue
      }
      while let deadline = decoder.deadline {
        #expect(deadline - now <= InputDecoder.patience)
        now = max(now, deadline)
        decoder.timeOut(at: now)
      }
      while decoder.next() != nil {}
      now += .milliseconds(1500)
      decoder.feed(Array("?".utf8), at: now)
      let event = decoder.next()
      guard event == .key("?") else {
        Issue.record("deaf after \(bytes): \(String(describing: event))")
        return
      }
    }
  }
}
