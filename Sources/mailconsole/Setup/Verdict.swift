internal import ClusterOps
internal import Runbooks

/// How every command judges a record: chain, files, replay, heads kept elsewhere, and the
/// signatures by ssh-keygen(1).
enum Verdict {
  /// - Parameters:
  ///   - places: where heads may be kept, besides the places that the record names.
  ///   - signers: whose keys the site lists, where it is known.
  static func on(
    _ directory: RunDirectory,
    heads places: [WitnessPlace] = [],
    signers: AllowedSigners? = nil
  ) throws(CommandFailure) -> Verification {
    do {
      return try blocking {
        await Verification.of(
          directory,
          outside: { await outside(directory, places + named(in: $0), signers) },
          signatures: SSHVerifier(),
          load: { try Workplace.pinned($0) }
        )
      }
    } catch {
      throw RunSession.failure(error)
    }
  }

  /// Judges by the run's directory alone, as what is told of it or done next has to rest on it.
  ///
  /// - Throws: ``UnsoundRecord`` as a failure when it does not hold.
  static func require(
    _ directory: RunDirectory,
    of run: RunID
  ) throws(CommandFailure) -> Verification {
    let verdict = try inside(directory)
    guard verdict.isSound else {
      throw RunSession.failure(UnsoundRecord(run: run, verdict: verdict))
    }
    return verdict
  }

  /// What a record adds up to that holds, read once.
  static func history(
    of run: RunID,
    in directory: RunDirectory
  ) throws(CommandFailure) -> RunHistory {
    let verdict = try require(directory, of: run)
    if let history = verdict.history { return history }
    do {
      // The text is the pinned one, and this version cannot read it: let it say why.
      _ = try Workplace.pinned(try directory.pinnedSource())
    } catch {
      throw RunSession.failure(error)
    }
    throw CommandFailure(.data, verdict.lines(of: run).joined(separator: "\n"))
  }

  /// Judges by the run's directory alone; reads no heads kept elsewhere.
  static func inside(_ directory: RunDirectory) throws(CommandFailure) -> Verification {
    do {
      return try blocking {
        await Verification.of(
          directory,
          signatures: SSHVerifier(),
          load: { try Workplace.pinned($0) }
        )
      }
    } catch {
      throw RunSession.failure(error)
    }
  }

  /// The places that events name.
  private static func named(in entries: [JournalEntry]) -> [WitnessPlace] {
    entries.flatMap { entry -> [WitnessPlace] in
      guard case .headWitnessed(let event) = entry.event else { return [] }
      return event.places.compactMap(WitnessPlace.init)
    }
  }

  private static func outside(
    _ directory: RunDirectory,
    _ places: [WitnessPlace],
    _ signers: AllowedSigners?
  ) async -> OutsideHeads {
    var seen: Set<WitnessPlace> = []
    let places = places.filter { seen.insert($0).inserted }
    let name = directory.path.split(separator: "/").last.map(String.init) ?? ""
    var found = await OutsideHeads.read(of: RunID(name), at: places, by: HeadWitness())
    found.signers = signers
    return found
  }
}
