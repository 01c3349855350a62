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
        case .layerStarted(let position): "started \(position)"
        case .received: nil
        case .layerWaiting(let position): "waiting \(position)"
        case .layerReused(let position): "reused \(position)"
        case .layerRestarted(let position): "restarted \(position)"
        case .layerDone(let position): "done \(position)"
        case .linking: "linking"
        case .beganAgain: "again"
        case .published(_, let names): "published \(names.joined(separator: " "))"
        }
      }
    }
  }

  /// The layers that were announced, by the last announcement.
  var layers: [ImportedLayer] {
    kept.withLock { events in
      events.reduce([]) { last, event in
        if case .resolved(_, let layers) = event { layers } else { last }
      }
    }
  }

  /// How many bytes arrived, of one layer or all.
  func received(_ wanted: Int? = nil) -> Int {
    kept.withLock { events in
      events.reduce(0) { sum, event in
        guard case .received(let position, let bytes) = event else { return sum }
        return wanted == nil || wanted == position ? sum + bytes : sum
      }
    }
  }
}
