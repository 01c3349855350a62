internal import ImageImport

/// How far the import of one image has come: what the events so far add up to.
struct ImageProgress: Sendable {
  /// What is being done.
  enum Phase: Hashable, Sendable {
    case waiting
    case resolving
    case fetching
    case linking
    case ended
  }

  /// The name of its source.
  let name: String
  private(set) var phase = Phase.waiting
  /// All layers, lowest first; none before they are known.
  private(set) var layers: [LayerProgress] = []
  /// What has arrived of all of them.
  private(set) var rate: TransferRate

  init(_ name: String, at now: Double = 0) {
    self.name = name
    rate = TransferRate(at: now)
  }

  /// Notes that the source is being asked.
  mutating func begin() { phase = .resolving }

  /// Notes that the import ended, well or not.
  mutating func end() { phase = .ended }

  /// Adds an event that happened at a time.
  mutating func add(_ event: ImportEvent, at now: Double) {
    switch event {
    case .resolved(_, let layers):
      phase = .fetching
      self.layers = layers.map { LayerProgress($0, at: now) }
      rate = TransferRate(at: now)
    case .layerWaiting(let position): change(position) { $0.state = .awaited }
    case .layerReused(let position): change(position) { $0.state = .reused }
    case .layerRestarted(let position):
      rate.discount(layer(position)?.rate.total ?? 0)
      change(position) { $0.rate = TransferRate(at: now) }
    case .layerStarted(let position):
      change(position) {
        $0.wasAwaited = $0.state == .awaited
        $0.state = .arriving
        $0.rate = TransferRate(at: now)
      }
    case .received(let position, let bytes):
      let count = UInt64(max(0, bytes))
      rate.add(count, at: now)
      change(position) { $0.rate.add(count, at: now) }
    case .layerDone(let position): change(position) { $0.state = .done }
    case .linking: phase = .linking
    case .beganAgain:
      phase = .resolving
      layers = []
      rate = TransferRate(at: now)
    case .published: break
    }
  }

  private mutating func change(_ position: Int, _ body: (inout LayerProgress) -> Void) {
    guard let index = layers.firstIndex(where: { $0.layer.position == position }) else { return }
    body(&layers[index])
  }

  /// The layer at a position.
  func layer(_ position: Int) -> LayerProgress? {
    layers.first { $0.layer.position == position }
  }

  /// How many layers have to be fetched.
  var wanted: Int { layers.count { $0.isWanted } }

  /// How many of those are complete.
  var done: Int { layers.count { $0.state == .done } }

  /// The bytes of the layers that have to be fetched.
  var expected: UInt64 {
    layers.reduce(0) { sum, layer in
      let (total, overflow) = sum.addingReportingOverflow(layer.isWanted ? layer.layer.size : 0)
      return overflow ? .max : total
    }
  }
}
