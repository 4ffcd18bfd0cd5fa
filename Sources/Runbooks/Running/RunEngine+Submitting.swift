/// What people tell a run to do, held against what they saw, signed and were given to see.
extension RunEngine {
  /// Does what a person asks for, or says why not.
  ///
  /// Returns once the decision is on the disk.
  ///
  /// - Parameter expiry: the last moment at which it counts, in nanoseconds since boot
  ///   (``ClockReading/monotonicNanoseconds``, the same for every process of the machine): who gave
  ///   it may be gone by then. nil: it counts whenever it comes.
  @discardableResult
  public func submit(
    _ command: RunCommand,
    by name: String,
    until expiry: Int64? = nil
  ) async throws(RunEngineError) -> [JournalEntry] {
    if let stopped { throw stopped }
    try require(expiry, of: command)
    switch command {
    case .continue, .overrule: try requireRoom()
    default: break
    }
    if let entries = try await submitNested(command, by: name) { return entries }
    let command = try veil(command)
    var events = try events(for: command, by: name)
    try requireEvidence(of: events)
    if let signed = signedSignOff(in: events) {
      do throws(SignatureRefusal) {
        try await verify(signed)
      } catch {
        throw .refused(CommandRefusal("The signature is not accepted: \(error)."))
      }
      // Others may have decided while the signature was checked.
      if let stopped { throw stopped }
      try require(expiry, of: command)
      events = try self.events(for: command, by: name)
      guard signedSignOff(in: events) == signed else {
        throw .refused(CommandRefusal("The request has changed meanwhile; look again, then sign."))
      }
    }
    let entries = try commit(events, by: name)
    changed()
    return entries
  }

  /// A decision that comes late may be of somebody who has left, over something long past.
  private func require(_ expiry: Int64?, of command: RunCommand) throws(RunEngineError) {
    guard let expiry else { return }
    let late = setting.clock.read().monotonicNanoseconds - expiry
    guard late > 0 else { return }
    let seconds = Int(late / 1_000_000_000)
    throw .refused(
      CommandRefusal(
        "\(command.word) came \(seconds > 0 ? "\(seconds) s " : "")too late and was not obeyed: "
          + "the runner did not take it up in time. Look at the run as it is now, then decide again."
      )
    )
  }

  private func events(
    for command: RunCommand,
    by name: String
  ) throws(RunEngineError) -> [RunEvent] {
    do throws(CommandRefusal) {
      switch command {
      case .approve(let step, _, _, let seen, _): try check(seen, for: step)
      case .reject(let step, _, let seen?, _?): try check(seen, for: step)
      case .confirm(let step, _, _, let seen?, _?): try check(seen, for: step)
      case .release(let step, let seen?): try check(commands: seen, of: step)
      default: break
      }
      return try state.events(for: command, by: name, at: now)
    } catch {
      throw .refused(error)
    }
  }

  /// A sign-off counts only over files that are still what the request names.
  private func requireEvidence(of events: [RunEvent]) throws(RunEngineError) {
    for case .approvalGiven(let event) in events {
      for digest in event.evidence {
        do throws(JournalError) {
          _ = try record.bytes(of: digest)
        } catch {
          throw .refused(
            CommandRefusal(
              "\(event.step) cannot be signed off, because its evidence outputs/\(digest.short)… "
                + "does not hold: \(error)"
            )
          )
        }
      }
    }
  }

  private func signedSignOff(in events: [RunEvent]) -> SignedSignOff? {
    events.first.flatMap { state.signedSignOff(in: $0) }
  }

  /// Checks a signature against the signers pinned to the run, and against the site's as they
  /// are now, so that a key taken back since the run began no longer signs.
  private func verify(_ signed: SignedSignOff) async throws(SignatureRefusal) {
    guard let pinned = setting.pinnedSigners, pinned.digest == state.created?.allowedSigners else {
      throw SignatureRefusal("the allowed_signers pinned to the run are missing or were changed")
    }
    let people = (state.created?.operators ?? []).map(\.name)
    let today: SignerLists
    do {
      today = try setting.signersToday()
    } catch {
      throw SignatureRefusal("the site's signers of today cannot be read: \(error)")
    }
    guard let current = today.allowed else {
      throw SignatureRefusal("the site has no allowed_signers any more, so nobody may sign")
    }
    let lists = current == pinned ? [pinned] : [pinned, current]
    let moment = setting.clock.read().wall
    for list in lists {
      try await signed.verify(
        with: setting.signatures,
        listedIn: list,
        unless: today.revoked,
        among: people,
        at: moment
      )
    }
  }

  /// A sign-off over anything older than the request does not count.
  private func check(_ seen: Digest, for step: StepID) throws(CommandRefusal) {
    guard let request = chain.requested[step] else { return }
    guard let sequence = chain.sequences[seen], sequence >= request else {
      throw CommandRefusal(
        "What you saw (\(seen.short)) is older than the request or not of this run; "
          + "look again, then sign."
      )
    }
  }

  /// A go for other commands than would be performed does not count.
  private func check(commands seen: Digest, of id: StepID) throws(CommandRefusal) {
    guard let step = step(id), let resolved = try? resolution.resolve(step) else { return }
    guard seen == resolved.commands.digest else {
      throw CommandRefusal(
        "What you saw of \(id) is not what would be performed now; look again, then let it begin."
      )
    }
  }
}
