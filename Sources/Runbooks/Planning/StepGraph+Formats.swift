extension StepGraph {
  /// The forms in which a graph can be printed.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Aligned columns for a terminal.
    case text
    /// A flowchart of Mermaid (mermaid.js.org).
    case mermaid
    /// The language of Graphviz (graphviz.org).
    case dot
  }

  /// The graph in a form, with a newline at its end.
  public func formatted(as format: Format) -> String {
    switch format {
    case .text: text
    case .mermaid: mermaid
    case .dot: dot
    }
  }

  private var ordered: [Step] { order.compactMap { step($0) } }

  private var text: String {
    let rows = ordered.map { step in
      [step.id.name, step.body.keyword, step.risk.rawValue, step.title, waits(of: step)]
    }
    var widths = [0, 0, 0, 0]
    for row in rows {
      for (column, cell) in row.prefix(4).enumerated() {
        widths[column] = max(widths[column], cell.count)
      }
    }
    let lines = rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() where !row[column...].allSatisfy(\.isEmpty) {
        let isLast = row[(column + 1)...].allSatisfy(\.isEmpty)
        line += isLast ? cell : cell.padded(to: widths[column] + 2)
      }
      return line + "\n"
    }
    return lines.joined()
  }

  private func waits(of step: Step) -> String {
    let needs = step.needs.map { need in
      need.on == .succeeded ? need.step.name : "\(need.step) (\(need.on.rawValue))"
    }
    return needs.isEmpty ? "" : "after " + needs.joined(separator: ", ")
  }

  private var mermaid: String {
    let names = Dictionary(
      order.enumerated().map { ($1, "s\($0)") },
      uniquingKeysWith: { first, _ in first }
    )
    var lines = ["flowchart TD"]
    for step in ordered {
      let label = "\(step.id)<br>\(step.title.mermaidQuoted)"
      lines.append("  \(names[step.id, default: "s"])[\"\(label)\"]:::\(step.risk.rawValue)")
    }
    for step in ordered {
      for need in step.needs {
        guard let from = names[need.step], let to = names[step.id] else { continue }
        let arrow = need.on == .succeeded ? "-->" : "-. \(need.on.rawValue) .->"
        lines.append("  \(from) \(arrow) \(to)")
      }
    }
    lines += [
      "  classDef read fill:#eef,stroke:#557", "  classDef change fill:#ffd,stroke:#880",
      "  classDef destructive fill:#fdd,stroke:#a00",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private var dot: String {
    var lines = ["digraph runbook {", "  node [shape=box, fontname=\"sans-serif\"];"]
    for step in ordered {
      let colour =
        switch step.risk {
        case .read: "#555577"
        case .change: "#888800"
        case .destructive: "#aa0000"
        }
      lines.append(
        "  \(step.id.name.dotQuoted) [label=\"\(step.id)\\n\(step.title.dotEscaped)\","
          + " color=\"\(colour)\"];"
      )
    }
    for step in ordered {
      for need in step.needs {
        let style =
          need.on == .succeeded ? "" : " [style=dashed, label=\"\(need.on.rawValue)\"]"
        lines.append("  \(need.step.name.dotQuoted) -> \(step.id.name.dotQuoted)\(style);")
      }
    }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }

  fileprivate var mermaidQuoted: String {
    var quoted = ""
    for character in self {
      switch character {
      case "\"": quoted += "#quot;"
      case "#": quoted += "#35;"
      case "<": quoted += "#lt;"
      case ">": quoted += "#gt;"
      default: quoted.append(character)
      }
    }
    return quoted
  }

  fileprivate var dotEscaped: String {
    var escaped = ""
    for character in self {
      if character == "\"" || character == "\\" { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }

  fileprivate var dotQuoted: String { "\"\(dotEscaped)\"" }
}
