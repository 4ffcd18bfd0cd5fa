/// A list of fixed length whose copies share all that neither of them changed.
///
/// Changing one element of a copied `Array` copies every element. Here it
/// copies a row of 32 and the list of rows, so that trying an event on a copy
/// of a run's state costs the same in a run of ten steps and of a thousand.
struct SharedList<Element> {
  private static var width: Int { 32 }

  private var rows: [[Element]]
  let count: Int

  init(_ elements: some Collection<Element>) {
    count = elements.count
    rows = []
    rows.reserveCapacity((count + Self.width - 1) / Self.width)
    var rest = elements[...]
    while !rest.isEmpty {
      rows.append(Array(rest.prefix(Self.width)))
      rest = rest.dropFirst(Self.width)
    }
  }
}

extension SharedList: MutableCollection, RandomAccessCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(position: Int) -> Element {
    get { rows[position / Self.width][position % Self.width] }
    _modify { yield &rows[position / Self.width][position % Self.width] }
  }
}

extension SharedList: Equatable where Element: Equatable {}
extension SharedList: Hashable where Element: Hashable {}
extension SharedList: Sendable where Element: Sendable {}
