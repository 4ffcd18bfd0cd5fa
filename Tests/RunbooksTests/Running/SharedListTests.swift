import TestSupport
import Testing

@testable import Runbooks

@Suite("A list that shares its rows") struct SharedListTests {
  @Test("holds what an array of the same elements holds", arguments: [0, 1, 31, 32, 33, 64, 1_000])
  func matchesArray(count: Int) {
    let elements = (0..<count).map { $0 * 3 }
    let list = SharedList(elements)
    #expect(list.count == count)
    #expect(Array(list) == elements)
    #expect(list == SharedList(elements))
  }

  @Test("follows an array through changes and copies", arguments: 0..<20 as Range<UInt64>)
  func followsArray(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var array = Array(0..<100)
    var list = SharedList(array)
    var copies: [(list: SharedList<Int>, array: [Int])] = []
    for number in 0..<500 {
      if number.isMultiple(of: 50) { copies.append((list, array)) }
      let index = Int.random(in: array.indices, using: &random)
      array[index] = number
      list[index] = number
    }
    #expect(Array(list) == array)
    for copy in copies { #expect(Array(copy.list) == copy.array) }
  }

  @Test("says of a step's outputs what was last set, and nothing of an unknown step")
  func outputs() {
    var outputs = StepOutputs([StepID("a"): ["x": .integer(1)]])
    #expect(outputs[StepID("a")] == ["x": .integer(1)])
    #expect(outputs[StepID("b")] == nil)
    outputs.set([:], at: 0)
    #expect(outputs[StepID("a")]?["x"] == nil)
  }
}
