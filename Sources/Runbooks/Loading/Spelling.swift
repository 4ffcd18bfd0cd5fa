/// The nearest known name to one that is not known.
public enum Spelling {
  /// ``Did you mean `title`?``, or another sentence where nothing is near.
  static func hint(for name: String, among known: [String], else other: String) -> String {
    nearest(to: name, among: known).map { "Did you mean `\($0)`?" } ?? other
  }

  /// The known name that is the fewest slips away, where that is few for its length.
  ///
  /// A slip is a letter left out, added, changed, or swapped with its
  /// neighbour. Of equally near names the first in the alphabet wins.
  public static func nearest(to name: String, among known: [String]) -> String? {
    let wanted = Array(name.lowercased().utf8.prefix(64))
    var best: (slips: Int, name: String)?
    for candidate in known.sorted() {
      let letters = Array(candidate.lowercased().utf8.prefix(64))
      let limit = max(1, min(3, max(wanted.count, letters.count) / 3))
      guard abs(wanted.count - letters.count) <= limit else { continue }
      let slips = slips(wanted, letters)
      if slips <= limit, best.map({ slips < $0.slips }) ?? true { best = (slips, candidate) }
    }
    return best?.name
  }

  /// The optimal string alignment distance.
  private static func slips(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in 0..<b.count {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
