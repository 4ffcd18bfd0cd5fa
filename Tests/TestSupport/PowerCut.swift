public import Foundation

/// One thing that a process did to the disk, or showed; see `record.c`.
public struct DiskRecord: Sendable {
  public enum Act: Sendable {
    case write(offset: Int, bytes: [UInt8])
    case truncate(Int)
    case sync
    case makeFile
    case makeDirectory
    case rename(to: String)
    case remove
    case show([UInt8])
  }

  public let act: Act
  public let path: String
  /// The length of what had happened outside.
  public let witness: Int

  /// Reads what the layer recorded.
  public static func read(_ data: Data) throws -> [DiskRecord] {
    var rest = [UInt8](data)[...]
    var records: [DiskRecord] = []
    while let end = rest.firstIndex(of: 0x0A) {
      let line = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      let words = line.split(separator: " ", maxSplits: 4).map(String.init)
      guard words.count == 5, let offset = Int(words[1]), let length = Int(words[2]),
        let witness = Int(words[3]), rest.count >= length
      else { throw Unexpected("no record of the disk: \(line)") }
      let bytes = Array(rest.prefix(length))
      rest = rest.dropFirst(length)
      let paths = words[4].split(separator: "\t").map(String.init)
      let act: Act =
        switch words[0] {
        case "w": .write(offset: offset, bytes: bytes)
        case "t": .truncate(offset)
        case "s": .sync
        case "c": .makeFile
        case "d": .makeDirectory
        case "r": .rename(to: paths.last ?? "")
        case "u": .remove
        case "o": .show(bytes)
        default: throw Unexpected("no record of the disk: \(line)")
        }
      records.append(DiskRecord(act: act, path: paths[0], witness: witness))
    }
    return records
  }
}

/// What the disk holds for sure and what it may hold, were the power cut now.
///
/// Bytes are there for sure once their file is synced, and names once their directory is: more is
/// not promised by POSIX. Unsynced bytes may be there sector by sector, in any order; unsynced
/// changes of a directory's names in their order, up to any of them.
///
/// A class because its nodes are: a file keeps its bytes while its name changes.
public final class DiskModel {
  /// What survives of what is not synced.
  public enum Survival: CaseIterable, Sendable {
    case nothing, everything, some
  }

  private static let sector = 512

  private final class Node {
    let isDirectory: Bool
    var synced: [UInt8] = []
    var pending: [DiskRecord.Act] = []
    /// The names now, as processes see them.
    var names: [String: Node] = [:]
    var syncedNames: [String: Node] = [:]
    var pendingNames: [[String: Node]] = []

    init(isDirectory: Bool) { self.isDirectory = isDirectory }
  }

  private let root = Node(isDirectory: true)
  private let base: String

  /// - Parameter base: the directory of everything; it is there for sure.
  public init(of base: String) { self.base = base }

  private func find(_ path: String) -> Node? {
    guard path != base else { return root }
    guard path.hasPrefix(base + "/") else { return nil }
    return path.dropFirst(base.count + 1).split(separator: "/")
      .reduce(root as Node?) { $0?.names[String($1)] }
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
    let url = URL(fileURLWithPath: path)
    return (url.deletingLastPathComponent().path, url.lastPathComponent)
  }

  /// Changes the names of the directory of a path.
  private func change(_ path: String, _ change: (inout [String: Node], String) -> Void) {
    let (directory, name) = Self.split(path)
    guard let node = find(directory) else { return }
    change(&node.names, name)
    node.pendingNames.append(node.names)
  }

  /// Takes in what was done next.
  public func take(_ record: DiskRecord) {
    switch record.act {
    case .show: return
    case .makeFile: change(record.path) { $0[$1] = Node(isDirectory: false) }
    case .makeDirectory: change(record.path) { $0[$1] = Node(isDirectory: true) }
    case .remove: change(record.path) { $0[$1] = nil }
    case .rename(let target):
      guard let node = find(record.path) else { return }
      let old = Self.split(record.path).name
      change(target) {
        $0[old] = nil
        $0[$1] = node
      }
    case .write, .truncate: find(record.path)?.pending.append(record.act)
    case .sync:
      guard let node = find(record.path) else { return }
      if node.isDirectory {
        node.syncedNames = node.names
        node.pendingNames = []
      } else {
        for act in node.pending { Self.apply(act, to: &node.synced) }
        node.pending = []
      }
    }
  }

  private static func apply(_ act: DiskRecord.Act, to bytes: inout [UInt8]) {
    switch act {
    case .write(let offset, let new):
      if bytes.count < offset + new.count {
        bytes += [UInt8](repeating: 0, count: offset + new.count - bytes.count)
      }
      bytes.replaceSubrange(offset..<(offset + new.count), with: new)
    case .truncate(let length):
      bytes = Array(bytes.prefix(length))
      bytes += [UInt8](repeating: 0, count: length - bytes.count)
    default: break
    }
  }

  /// A write as the disk makes it: by sectors.
  private static func pieces(of act: DiskRecord.Act) -> [DiskRecord.Act] {
    guard case .write(var offset, let bytes) = act else { return [act] }
    var rest = bytes[...]
    var pieces: [DiskRecord.Act] = []
    while !rest.isEmpty {
      let piece = rest.prefix(sector - offset % sector)
      pieces.append(.write(offset: offset, bytes: Array(piece)))
      offset += piece.count
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }

  /// Writes what the disk may look like after a power cut to the place it stands for.
  public func cut(
    _ survival: Survival,
    using generator: inout SeededGenerator
  ) throws {
    try write(root, to: base, survival, &generator)
  }

  private func write(
    _ node: Node,
    to path: String,
    _ survival: Survival,
    _ generator: inout SeededGenerator
  ) throws {
    guard node.isDirectory else {
      var bytes = node.synced
      for act in node.pending.flatMap(Self.pieces) {
        let survives =
          switch survival {
          case .nothing: false
          case .everything: true
          case .some: Bool.random(using: &generator)
          }
        if survives { Self.apply(act, to: &bytes) }
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return
    }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let states = [node.syncedNames] + node.pendingNames
    let names =
      switch survival {
      case .nothing: states[0]
      case .everything: states[states.count - 1]
      case .some: states.randomElement(using: &generator) ?? [:]
      }
    for (name, child) in names.sorted(by: { $0.key < $1.key }) {
      try write(child, to: path + "/" + name, survival, &generator)
    }
  }
}
