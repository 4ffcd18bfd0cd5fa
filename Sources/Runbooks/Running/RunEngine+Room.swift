/// What a full disk of the state directory means for a run.
extension RunEngine {
  /// Refuses to go on until there is room to set aside again.
  func requireRoom() throws(RunEngineError) {
    guard record.regainRoom() else {
      throw .refused(
        CommandRefusal("The disk of the state directory is still full; free space, then continue.")
      )
    }
  }

  /// Pauses a run whose events are recorded out of the reserve by now; nothing otherwise.
  func pauseWhenShortOfRoom() throws(RunEngineError) -> [JournalEntry] {
    guard record.isShortOfRoom, state.pause == nil, state.ended == nil else { return [] }
    let pause = RunEvent.RunPaused(
      by: Self.name,
      reason: "the disk of the state directory is full, and what is under way is recorded out of a "
        + "reserve; free space, then continue"
    )
    return try commit([.runPaused(pause)], by: Self.name)
  }
}
