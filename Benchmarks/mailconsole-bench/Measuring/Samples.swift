/// Measurements of one thing: always an odd story, so never a mean.
struct Samples {
  private let sorted: [Double]

  init(_ values: [Double]) throws(BenchFailure) {
    guard !values.isEmpty else { throw BenchFailure("nothing was measured") }
    sorted = values.sorted()
  }

  var minimum: Double { sorted[0] }
  var maximum: Double { sorted[sorted.count - 1] }

  /// The value that half of them do not exceed.
  var median: Double { sorted[(sorted.count - 1) / 2] }

  /// Minimum, median and maximum with a unit, e.g. `17.1 / 18.4 / 21.0 ms`.
  func text(_ unit: String, digits: Int = 1) -> String {
    [minimum, median, maximum].map { Text.number($0, digits: digits) }.joined(separator: " / ")
      + " " + unit
  }
}

/// Why something could not be measured.
struct BenchFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
