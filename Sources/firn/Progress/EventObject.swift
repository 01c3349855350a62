internal import ImageImport

/// What happens during an import, for programs: firn-import(1), "EVENTS".
struct EventObject: Encodable, Equatable {
  let event: String
  let image: String
  var digest: String?
  var layers: Int?
  var reused: Int?
  var layer: Int?
  var size: UInt64?
  var received: UInt64?
  var id: String?
  var names: [String]?

  init(_ event: String, _ image: ImageProgress) {
    self.event = event
    self.image = image.name
  }

  /// An object about one layer.
  init(_ event: String, _ layer: LayerProgress, of image: ImageProgress) {
    self.init(event, image)
    self.layer = layer.layer.position
    digest = "\(layer.layer.digest)"
    size = layer.layer.size
    if layer.state == .arriving || layer.state == .done { received = layer.rate.total }
  }

  /// The objects of an event that has been added to the progress already.
  static func objects(_ event: ImportEvent, _ image: ImageProgress) -> [EventObject] {
    switch event {
    case .resolved(let digest, let layers):
      var first = EventObject("resolved", image)
      first.digest = "\(digest)"
      first.layers = layers.count
      first.reused = layers.count { $0.isReused }
      first.size = image.expected
      return [first]
        + image.layers.filter { !$0.isWanted }.map { EventObject("layer-reused", $0, of: image) }
    case .received: return []
    case .layerWaiting(let position): return layer("layer-waiting", position, of: image)
    case .layerReused(let position): return layer("layer-reused", position, of: image)
    case .layerStarted(let position): return layer("layer-started", position, of: image)
    case .layerRestarted(let position): return layer("layer-restarted", position, of: image)
    case .layerDone(let position): return layer("layer-done", position, of: image)
    case .linking: return [EventObject("linking", image)]
    case .beganAgain: return [EventObject("began-again", image)]
    case .published(let id, let names):
      var object = EventObject("published", image)
      object.id = id
      object.names = names
      return [object]
    }
  }

  private static func layer(
    _ event: String, _ position: Int, of image: ImageProgress
  ) -> [EventObject] {
    image.layer(position).map { [EventObject(event, $0, of: image)] } ?? []
  }

  /// An object for each layer that is arriving.
  static func standing(_ image: ImageProgress) -> [EventObject] {
    guard image.phase == .fetching else { return [] }
    return image.layers.filter { $0.state == .arriving && $0.rate.total > 0 }
      .map { EventObject("layer-progress", $0, of: image) }
  }
}
