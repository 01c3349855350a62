internal import ImageImport
internal import Linux

/// What a terminal shows of imports at one moment: a function of state, size and time.
///
/// It is a line for each image under way, and below it one for each layer that is arriving.
struct ProgressFrame {
  private static let widestBar = 40
  private static let narrowestBar = 10

  private let size: TerminalSize

  /// A frame for a terminal of some size.
  init(_ size: TerminalSize) { self.size = size }

  /// The lines, each of fewer columns than the terminal has, and fewer than it has rows.
  func lines(_ images: [ImageProgress], at now: Double) -> [String] {
    var lines: [String] = []
    for image in images where image.phase != .waiting && image.phase != .ended {
      lines.append(line(image, at: now))
      guard image.phase == .fetching else { continue }
      let digits = "\(image.layers.count)".count
      for layer in image.layers {
        switch layer.state {
        case .arriving: lines.append(line(layer, digits: digits, at: now))
        case .awaited: lines.append(awaited(layer, digits: digits))
        case .waiting, .done, .reused: break
        }
      }
    }
    return Array(lines.prefix(max(1, size.rows - 1)))
  }

  /// The last column stays free: terminals differ in what they do once it is written to.
  private var room: Int { max(1, size.columns - 1) }

  /// What is said of the image, with spaces that keep it in place while there is room for them.
  private func line(_ image: ImageProgress, at now: Double) -> String {
    let name = ProgressText.plain(image.name)
    let wide = Self.facts(image, at: now)
    let narrow = wide.split(separator: " ").joined(separator: " ")
    let isTooWide = name.count + 2 + wide.count > room
    return fit(name, isTooWide && name.count + 2 + narrow.count <= room ? narrow : wide)
  }

  /// A name, cut in front where it must be, as its end says most, and what is to be said.
  private func fit(_ name: String, _ facts: String) -> String {
    let left = room - facts.count - 2
    guard name.count > left else { return "\(name): \(facts)" }
    guard left > 3 else { return String(facts.prefix(room)) }
    return "...\(name.suffix(left - 3)): \(facts)"
  }

  private static func facts(_ image: ImageProgress, at now: Double) -> String {
    switch image.phase {
    case .waiting, .ended: return ""
    case .resolving: return "asking the source"
    case .linking: return "linking"
    case .fetching: break
    }
    let total = image.rate.total
    let rate = image.rate.bytesPerSecond(at: now)
    return "\(image.done) of \(ProgressText.layers(image.wanted)), "
      + "\(ProgressText.amount(total, of: image.expected)), \(ProgressText.rate(rate)), "
      + "\(ProgressText.right(ProgressText.remaining(total, of: image.expected, rate), 8)) left"
  }

  private func awaited(_ progress: LayerProgress, digits: Int) -> String {
    let label = "  layer \(ProgressText.right("\(progress.layer.position)", digits))"
    let all = "\(label)  being fetched already"
    return all.count <= room ? all : String(label.prefix(room))
  }

  /// The most that fits: bar, share, amount, rate and time; then without the bar, and so on.
  private func line(_ progress: LayerProgress, digits: Int, at now: Double) -> String {
    let (part, whole) = (min(progress.rate.total, progress.layer.size), progress.layer.size)
    let rate = progress.rate.bytesPerSecond(at: now)
    let label = "  layer \(ProgressText.right("\(progress.layer.position)", digits))"
    let share = "\(ProgressText.right("\(ProgressText.percent(part, of: whole))", 3))%"
    let left = ProgressText.right(ProgressText.remaining(part, of: whole, rate), 8)
    let facts = [share, ProgressText.amount(part, of: whole), ProgressText.rate(rate), left]
    let all = ([label] + facts).joined(separator: "  ")
    let space = room - all.count - 2
    if space >= Self.narrowestBar {
      let bar = ProgressText.bar(part, of: whole, columns: min(space, Self.widestBar))
      return ([label, bar] + facts).joined(separator: "  ")
    }
    let shorter = [all, [label, share, facts[1]].joined(separator: "  "), "\(label)  \(share)"]
    return shorter.first { $0.count <= room } ?? String(share.suffix(room))
  }
}
