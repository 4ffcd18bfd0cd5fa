/// The runs that stand for steps: what this chain says of theirs has to be so.
extension RunCheck {
  /// Holds every head of another run that an event binds against that run's own record.
  ///
  /// One row of each is read here; whether the whole of it holds is for a check of its own, which
  /// ``Verification/nestedRuns`` names.
  mutating func checkNested() {
    guard let end = directory.path.lastIndex(of: "/") else { return }
    let store = directory.path[..<end]
    for entry in entries {
      guard case .nested(let event) = entry.event, let head = event.head else { continue }
      let place = "the run \(event.run), which stands for \(event.step),"
      guard RunStore(state: "").directory(of: event.run) != nil else {
        bad(entry.sequence, "It names `\(event.run)`, which cannot be a run.")
        continue
      }
      let other = RunDirectory(path: "\(store)/\(event.run)")
      guard SystemFiles.isDirectory(other.path) else {
        bad(entry.sequence, "T\(place.dropFirst()) is missing.")
        continue
      }
      do throws(JournalError) {
        let found = try JournalReader(other).entries(after: head.sequence - 1, limit: 1).first
        guard let found, found.sequence == head.sequence else {
          bad(entry.sequence, "T\(place.dropFirst()) has no event \(head.sequence) any more.")
          continue
        }
        if found.hash != head.hash || found.run != event.run {
          bad(
            entry.sequence,
            "Event \(head.sequence) of \(place) is not the one that was bound here."
          )
        }
      } catch {
        bad(entry.sequence, "T\(place.dropFirst()) cannot be read: \(error)")
      }
    }
  }
}

extension Verification {
  /// The runs that stand or stood for steps of this one, in the order they were bound.
  public var nestedRuns: [RunID] {
    var runs: [RunID] = []
    for case .nested(let event) in entries.map(\.event)
    where event.head != nil && !runs.contains(event.run) {
      runs.append(event.run)
    }
    return runs
  }
}
