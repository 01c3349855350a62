internal import Commands
internal import ImageImport

/// What is said of an import where nothing can be rewritten: a line for each thing that happens.
enum ProgressLines {
  /// The line of an event that has been added to the progress already; nil where it has none.
  static func line(_ event: ImportEvent, _ image: ImageProgress) -> String? {
    switch event {
    case .resolved:
      let known = image.layers.count - image.wanted
      return "\(image.name): \(ProgressText.layers(image.layers.count)), \(known) known, "
        + "\(Output.bytes(image.expected)) to fetch"
    case .layerDone(let position):
      let digest = image.layer(position).map { ": \($0.layer.digest)" } ?? ""
      return "\(image.name): \(image.done) of \(ProgressText.layers(image.wanted)) done, "
        + "layer \(position)\(digest)"
    case .layerWaiting(let position):
      return "\(image.name): layer \(position) is being fetched already; waiting for it"
    case .layerReused(let position):
      return "\(image.name): layer \(position) was fetched meanwhile for another import or image"
    case .layerRestarted(let position):
      return "\(image.name): wrong bytes arrived of layer \(position); fetching it again"
    case .linking: return "\(image.name): linking"
    case .beganAgain:
      return "\(image.name): what it counts on was collected meanwhile; beginning again"
    case .layerStarted(let position):
      guard image.layer(position)?.wasAwaited == true else { return nil }
      return "\(image.name): layer \(position) is not waited for any longer; fetching it here now"
    case .received, .published: return nil
    }
  }

  /// How far an image has come; nil where nothing is being fetched.
  static func standing(_ image: ImageProgress, at now: Double) -> String? {
    guard image.phase == .fetching, image.wanted > image.done else { return nil }
    let total = image.rate.total
    let rate = image.rate.bytesPerSecond(at: now)
    let left = ProgressText.remaining(total, of: image.expected, rate)
    return "\(image.name): \(Output.bytes(total)) of \(Output.bytes(image.expected))"
      + (rate.map { ", \(Output.bytes(UInt64($0)))/s" } ?? "")
      + (left == "-" ? "" : ", \(left) left")
  }
}
