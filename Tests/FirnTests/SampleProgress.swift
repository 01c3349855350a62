import Digests
import ImageImport

@testable import firn

/// Events of an import of made-up layers.
enum SampleProgress {
  static let digest = Digest.of(Array("sample".utf8).span.bytes)

  /// The event that lists layers of these sizes; those of no bytes are reused.
  static func resolved(_ sizes: [UInt64]) -> ImportEvent {
    .resolved(
      digest: digest,
      layers: sizes.enumerated().map { index, size in
        ImportedLayer(position: index + 1, digest: digest, size: size, isReused: size == 0)
      })
  }

  /// The progress that events of a second each add up to.
  static func image(_ name: String, _ events: [ImportEvent]) -> ImageProgress {
    var image = ImageProgress(name, at: 0)
    image.begin()
    for (time, event) in events.enumerated() { image.add(event, at: Double(time)) }
    return image
  }

  static func image(_ events: [ImportEvent]) -> ImageProgress { image("image", events) }
}
