import Testing

@testable import Runbooks

@Suite("Sleeping by the timetable", .timeLimit(.minutes(1)))
struct TimetableTests {
  @Test("whoever sleeps is woken no earlier than asked for")
  func patience() async {
    let began = ContinuousClock.now
    await withTaskGroup(of: Bool.self) { group in
      for milliseconds in [60, 20, 40] {
        group.addTask {
          await Timetable.shared.sleep(for: .milliseconds(milliseconds))
          return began.duration(to: .now) >= .milliseconds(milliseconds)
        }
      }
      for await isInTime in group { #expect(isInTime) }
    }
  }

  @Test("cancelling wakes whoever sleeps, and those whose time has not come sleep on")
  func cancelling() async {
    let long = Task { await Timetable.shared.sleep(for: .seconds(86_400 * 400)) }
    let short = Task { await Timetable.shared.sleep(for: .milliseconds(20)) }
    long.cancel()
    await long.value
    await short.value
  }

  @Test("a task that is cancelled already does not sleep, nor does one with no time to sleep")
  func atOnce() async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await Timetable.shared.sleep(for: .seconds(3_600))
    }
    await task.value
    await Timetable.shared.sleep(for: .zero)
    await Timetable.shared.sleep(for: .seconds(-1))
  }

  @Test("a thousand sleepers are woken, half of them by cancelling")
  func many() async {
    await withTaskGroup(of: Int.self) { group in
      for number in 0..<500 {
        group.addTask {
          await Timetable.shared.sleep(for: .milliseconds(number % 7))
          return 1
        }
        group.addTask {
          let sleeper = Task { await Timetable.shared.sleep(for: .seconds(3_600)) }
          sleeper.cancel()
          await sleeper.value
          return 1
        }
      }
      #expect(await group.reduce(0, +) == 1_000)
    }
  }
}
