/// Handing a run from one person to another, while its runner lives.
extension RunState {
  func handOver(
    _ command: RunCommand,
    _ name: String,
    _ now: Moment
  ) throws(CommandRefusal) -> RunEvent {
    guard let driver else { throw CommandRefusal("Nobody has driven the run yet.") }
    if case .offerDrive = command {
      guard isAttached, driver.by == name else {
        throw CommandRefusal("You do not drive, so there is nothing to hand over.")
      }
      guard offer == nil else {
        throw CommandRefusal("It is offered already; whoever watches takes it with t.")
      }
      return .driveOffered(.init(by: name, at: now))
    }
    guard !isAttached || driver.by != name else { throw CommandRefusal("You drive already.") }
    guard !isAttached || offer != nil else {
      throw CommandRefusal("\(driver.by) drives; ask them to offer it with o.")
    }
    if let objection = duties.objection(toDriver: name, with: roles(of: name)) {
      throw CommandRefusal(objection + ".")
    }
    return .driveTaken(.init(by: name, from: driver.by, at: now))
  }
}
