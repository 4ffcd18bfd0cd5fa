/// All that a check read when it looked last: kept beside the results, and read only when somebody
/// asks for it.
public struct CheckEvidence: Sendable, Hashable, Codable {
  /// A piece of what was read.
  public struct Piece: Sendable, Hashable, Codable {
    public let name: String
    /// IANA media type, e.g. `application/json`.
    public let mediaType: String
    /// Its text, from its beginning.
    public let text: String
    /// How many bytes were left out at its end.
    public let omitted: Int
  }

  public let check: CheckID
  /// When it looked; a result of another moment has other evidence.
  public let at: Moment
  /// By the names the operation declares.
  public let values: [String: Value]
  public let pieces: [Piece]

  /// Most bytes of a piece that are kept: more is for a runbook, which keeps all.
  static let most = 256 << 10

  /// What is kept of a finding.
  init(_ finding: CheckFinding) {
    check = finding.check
    at = finding.at
    values = finding.values.mapValues(\.shortened)
    pieces = finding.evidence.map { piece in
      Piece(
        name: piece.name,
        mediaType: piece.mediaType,
        text: String(decoding: piece.bytes.prefix(Self.most), as: UTF8.self),
        omitted: max(0, piece.bytes.count - Self.most)
      )
    }
  }
}

extension Value {
  /// The same with only the first elements of long lists: the last says how many are left out.
  fileprivate var shortened: Value {
    guard case .list(let values) = self, values.count > 500 else { return self }
    return .list(values.prefix(500) + [.string("and \(values.count - 500) more")])
  }
}
