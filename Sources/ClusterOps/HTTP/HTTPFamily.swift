/// HTTP as browsers and programs speak it with us.
enum HTTPFamily {
  static let operations: [any CommandOperation] = [HTTPGet()]
}
