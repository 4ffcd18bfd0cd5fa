/// A head of a chain as it is kept outside the state directory: one line of plain text.
public struct WitnessedHead: Sendable, Hashable {
  public let run: RunID
  public let head: ChainHead
  /// The wall clock when it was kept.
  public let at: Moment
  /// A signature over the head; nil: whoever can write where it is kept could have written it.
  public let proof: HeadProof?

  public init(run: RunID, head: ChainHead, at: Moment, proof: HeadProof? = nil) {
    self.run = run
    self.head = head
    self.at = at
    self.proof = proof
  }

  /// `RUN SEQUENCE HASH TIME`, and for a signed head what is signed and the signature in base64;
  /// without a line's end.
  public var line: String {
    "\(run) \(head.sequence) \(head.hash) \(at)" + (proof.map { " " + $0.words } ?? "")
  }

  /// The head that a witness's line holds of a run; nil for any other line, a torn one included.
  public init?(line: some StringProtocol, of run: RunID) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map { Substring($0) }
    guard words.count == 4 || words.count == 6, words[0] == run.name,
      let sequence = Int64(words[1]), sequence > 0, let hash = Digest(hex: String(words[2])),
      let at = Moment(String(words[3]))
    else { return nil }
    let proof = words.count == 6 ? HeadProof(words: Array(words[4...])) : nil
    guard words.count == 4 || proof != nil else { return nil }
    let head = ChainHead(sequence: sequence, hash: hash)
    self.init(run: run, head: head, at: at, proof: proof)
  }
}

/// Where heads are kept outside the state directory.
public enum WitnessPlace: Sendable, Hashable {
  /// A file that lines are appended to.
  case file(String)
  /// A git repository; each head is a commit.
  case git(String)
  /// The socket of the system's log, `/dev/log`; written and never read back.
  case syslog(String)

  /// Reads `file:PATH`, `git:PATH` or `syslog:PATH`.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2, parts[1].hasPrefix("/") else { return nil }
    switch parts[0] {
    case "file": self = .file(parts[1])
    case "git": self = .git(parts[1])
    case "syslog": self = .syslog(parts[1])
    default: return nil
    }
  }
}

extension WitnessPlace: CustomStringConvertible {
  /// The place as the record and the command line name it.
  public var description: String {
    switch self {
    case .file(let path): "file:" + path
    case .git(let path): "git:" + path
    case .syslog(let path): "syslog:" + path
    }
  }
}

/// Where a site keeps heads, and whether a run may go on without.
public struct WitnessPolicy: Sendable, Hashable {
  public let places: [WitnessPlace]
  /// Whether nothing further is done when a head cannot be kept.
  public let isRequired: Bool

  public init(places: [WitnessPlace] = [], isRequired: Bool = false) {
    self.places = places
    self.isRequired = isRequired
  }
}

/// Why a head could not be kept or read back, as the end of a sentence.
public struct WitnessFailure: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// Keeps heads elsewhere; this module starts no process and opens no socket.
public protocol HeadWitnessing: Sendable {
  /// Returns when the head is kept at the place.
  func keep(_ head: WitnessedHead, at place: WitnessPlace) async throws(WitnessFailure)
  /// The heads of a run that the place holds; nil where a place cannot be read back.
  func heads(of run: RunID, at place: WitnessPlace) async throws(WitnessFailure) -> [WitnessedHead]?
}

/// Keeps nothing, and says so.
public struct NoHeadWitnessing: HeadWitnessing {
  public init() {}

  public func keep(_ head: WitnessedHead, at place: WitnessPlace) async throws(WitnessFailure) {
    throw WitnessFailure("heads cannot be kept here")
  }

  public func heads(
    of run: RunID,
    at place: WitnessPlace
  ) async throws(WitnessFailure) -> [WitnessedHead]? { nil }
}

/// What was found of one run outside its directory.
public struct OutsideHeads: Sendable, Hashable {
  /// Heads by the place that holds them; an empty list: the place was read and holds none.
  public var heads: [WitnessPlace: [WitnessedHead]] = [:]
  /// The keys that the site lists today, where whoever verifies knows the site; a record may have
  /// been rewritten together with the list pinned to it.
  public var signers: AllowedSigners?
  /// Places that could not be read, and why.
  public var unread: [String] = []

  public init() {}

  /// Reads every place.
  public static func read(
    of run: RunID,
    at places: [WitnessPlace],
    by witness: any HeadWitnessing
  ) async -> OutsideHeads {
    var found = OutsideHeads()
    for place in places {
      do throws(WitnessFailure) {
        if let heads = try await witness.heads(of: run, at: place) {
          found.heads[place] = heads
        } else {
          found.unread.append("\(place) is not read back; compare there by hand")
        }
      } catch {
        found.unread.append("\(place) could not be read: \(error)")
      }
    }
    return found
  }
}
