import Foundation
import TestSupport
import Testing

/// The disk as a power cut may leave it: what was not synced is there in part, or not at all.
@Suite(.serialized) struct PowerCutTests {
  @Test(
    "after a power cut at any moment of a run nothing shown is missing, nothing happens twice unsaid, and the run goes on to its end"
  )
  func anyMoment() throws {
    let steps = try TwelveSteps()
    let layer = try FaultLayer(in: steps.folder.path + "/layer", records: true)
    let whole = try steps.begin(layer)
    try #require(whole.status == 0, "\(whole.output)\(whole.errors)")
    let records = try DiskRecord.read(try layer.recorded())
    let outside = try steps.ledgerText()
    try #require(records.count { if case .sync = $0.act { true } else { false } } > 80)

    var generator = SeededGenerator(seed: 5)
    let cuts: [Int: [DiskModel.Survival]] =
      SystemCallCrashTests.takesAll
      ? Dictionary(
        uniqueKeysWithValues: records.indices.map {
          ($0, [$0.isMultiple(of: 2) ? .nothing : .some])
        }
      )
      : Dictionary(
        uniqueKeysWithValues: (0..<12).map { part in
          let first = records.count * part / 12
          let moment = Int.random(in: first..<(records.count * (part + 1) / 12), using: &generator)
          return (moment, [DiskModel.Survival.allCases[part % 3]])
        }
      )
    let model = DiskModel(of: steps.disk)
    var shown: [UInt8] = []
    for (index, record) in records.enumerated() {
      model.take(record)
      if case .show(let bytes) = record.act { shown += bytes }
      for survival in cuts[index, default: []] {
        try FileManager.default.removeItem(atPath: steps.disk)
        try model.cut(survival, using: &generator)
        try steps.folder.write(String(outside.prefix(record.witness)), to: "ledger")
        try steps.settle(
          shown: String(decoding: shown, as: UTF8.self),
          at: "\(survival) of the unsynced after record \(index): \(record.act.word) \(record.path)"
        )
      }
    }
  }
}

extension DiskRecord.Act {
  /// What was done, without the bytes.
  fileprivate var word: String {
    String("\(self)".prefix { $0 != "(" })
  }
}
