internal import Runbooks

extension OperationFailure {
  /// What went wrong as a sentence, for what a program said may end in a mark of its own.
  var sentence: String {
    let end = message.last { !$0.isWhitespace }
    return end.map { ".?!".contains($0) } == true ? message : message + "."
  }
}
