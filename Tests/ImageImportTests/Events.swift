import Synchronization

@testable import ImageImport

/// The events of an import, kept.
final class Events: Sendable {
  private let kept = Mutex<[ImportEvent]>([])

  func add(_ event: ImportEvent) { kept.withLock { $0.append(event) } }

  /// What happened, without how often bytes arrived.
  var kinds: [String] {
    kept.withLock { events in
      events.compactMap { event in
        switch event {
        case .resolved: "resolved"
        case .received: nil
        case .layerDone: "layerDone"
        case .linking: "linking"
        }
      }
    }
  }

  /// How many bytes arrived.
  var received: Int {
    kept.withLock { events in
      events.reduce(0) { sum, event in
        if case .received(let bytes) = event { sum + bytes } else { sum }
      }
    }
  }
}
