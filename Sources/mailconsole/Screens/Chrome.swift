internal import Runbooks
internal import TUI

/// What stands around every screen: world, site and driver above, keys below.
enum Chrome {
  /// Draws the frame of a screen.
  ///
  /// - Returns: The room for the screen itself.
  static func draw(_ model: ConsoleModel, on frame: inout Frame) -> Rect {
    let (header, below) = frame.bounds.splitTop(1)
    let (crumbs, rest) = below.splitTop(1)
    let (footer, above) = rest.splitBottom(1)
    let (status, body) = above.splitBottom(1)
    self.header(model, columns: header.columns, glyphs: frame.glyphs).draw(in: header, on: &frame)
    Breadcrumbs(path(model)).draw(in: crumbs, on: &frame)
    if case .prompt(let prompt)? = model.overlay {
      let hints =
        prompt.kind == .command
        ? model.keys.commands(startingWith: prompt.field.text, in: model.screen.contexts) : []
      prompt.draw(in: status, hints: hints, on: &frame)
    } else {
      let remark = StyledText(model.context.remark ?? "", .dim)
      // Alone it has the whole line; a notice leaves it what it can.
      let notice = model.pendingWords ?? model.notice
      let line = notice.isEmpty ? StatusLine(remark) : StatusLine(notice, detail: remark)
      line.draw(in: status, on: &frame)
    }
    keys(model).draw(in: footer, on: &frame)
    return body
  }

  /// The keys that act now: those of what lies over the screen, if anything does.
  private static func keys(_ model: ConsoleModel) -> FooterKeys {
    switch model.overlay {
    case nil: FooterKeys(model.keys.footer(in: model.screen.contexts))
    case .question(let dialog, _)?:
      FooterKeys(
        [
          KeyHint(keys: ["tab"], label: "other button"),
          KeyHint(keys: ["enter"], label: "choose it"),
          KeyHint(keys: ["down"], label: "read on"),
        ],
        help: KeyHint(keys: ["esc"], label: dialog.buttons[0].label.lowercased())
      )
    case .form?:
      FooterKeys(
        [
          KeyHint(keys: ["tab"], label: "next"), KeyHint(keys: ["space"], label: "choose"),
          KeyHint(keys: ["enter"], label: "go on"), KeyHint(keys: ["pgdn"], label: "read on"),
        ],
        help: KeyHint(keys: ["esc"], label: "leave it")
      )
    case .help(let panel)? where panel.isTyping:
      FooterKeys(
        [KeyHint(keys: ["enter"], label: "keep the filter")],
        help: KeyHint(keys: ["esc"], label: "all keys")
      )
    case .help(let panel)?:
      FooterKeys(
        [
          KeyHint(keys: ["down"], label: "read on"), KeyHint(keys: ["G"], label: "the end"),
          KeyHint(keys: ["/"], label: "filter"),
        ],
        help: KeyHint(keys: ["esc"], label: panel.filter == nil ? "close" : "all keys")
      )
    case .prompt?:
      FooterKeys(
        [
          KeyHint(keys: ["enter"], label: "go"), KeyHint(keys: ["tab"], label: "complete"),
          KeyHint(keys: ["up"], label: "earlier"),
        ],
        help: KeyHint(keys: ["esc"], label: "leave it")
      )
    }
  }

  static func badge(_ world: World) -> Header.Badge {
    switch world {
    case .live: Header.Badge("LIVE", .live)
    case .tabletop: Header.Badge("TABLETOP", .tabletop)
    case .plan: Header.Badge("PLAN", .plan)
    }
  }

  /// World, site, run and driver are always there: on a narrow screen the domain goes first,
  /// then the runbook's part of the run's name: its title stands in the line below.
  private static func header(_ model: ConsoleModel, columns: Int, glyphs: GlyphSet) -> Header {
    let site = model.context.site
    let badge = badge(model.context.world)
    let run = model.run
    let tail = run.map { $0.id.name.split(separator: "-").suffix(2).joined(separator: "-") }
    let attempts = [
      ("\(site.name) \(site.domain)", run?.id.name), (site.name, run?.id.name), (site.name, tail),
    ]
    var header = Header(badge: badge, site: site.name)
    for (site, run) in attempts {
      header = Header(badge: badge, site: site, facts: facts(model, run: run))
      // A blank on both sides of badge and site; a bar between facts.
      let wanted = header.facts.reduce(badge.word.count + site.count + 4) {
        $0 + $1.columns(glyphs: glyphs) + 3
      }
      if wanted - 3 <= columns { break }
    }
    return header
  }

  private static func facts(_ model: ConsoleModel, run name: String?) -> [StyledText] {
    var facts: [StyledText] = []
    if let run = model.run, let name {
      facts.append(StyledText(name.isEmpty ? run.id.name : name, .accent))
      if run.state.rollback != nil, run.state.ended == nil {
        facts.append(StyledText("rolling back", .warning))
      }
      if run.stopped != nil {
        facts.append(StyledText("RECORD STOPPED", .bad))
      } else if let driving = run.driving(for: model.context.operatorName) {
        facts.append(driving)
      }
    } else {
      facts.append(StyledText(model.context.operatorName))
    }
    return facts
  }

  private static func path(_ model: ConsoleModel) -> [String] {
    model.breadcrumbs
  }
}

extension ConsoleModel {
  /// Where one is, from the first screen on.
  var breadcrumbs: [String] {
    screensShown.map { screen in
      switch screen {
      case .runbooks: "runbooks"
      case .run: run?.runbook.title ?? "run"
      case .step(let step): step.step.name
      case .queue: "queue"
      case .messages(let messages): messages.title
      case .journal: "journal"
      case .text(let text): text.title
      }
    }
  }
}

extension Screen {
  /// Whose keys act here, the innermost first.
  var contexts: [KeyContext] {
    switch self {
    case .runbooks: [ConsoleKeys.runbooks]
    case .run: [ConsoleKeys.run]
    case .step: [ConsoleKeys.step]
    case .queue: [ConsoleKeys.queue]
    case .messages: [ConsoleKeys.messages]
    case .journal: [ConsoleKeys.journal]
    case .text: [ConsoleKeys.text]
    }
  }
}
