internal import Compression
internal import Logging
internal import OCI
internal import Registry
internal import Synchronization

extension BlobStream {
  /// The same stream, with a warning where its first bytes show another compression than the
  /// layer's media type says.
  ///
  /// Those bytes decide for whoever reads it.
  func comparingLabel(of layer: ImageLayer, logger: Logger) -> BlobStream {
    guard let label = layer.descriptor.mediaType.layerCompression else { return self }
    let expected = label == .none ? StreamFormat.plain.rawValue : label.rawValue
    let start = StreamStart()
    return observed { part in
      guard let found = start.format(with: part), found.rawValue != expected else { return }
      logger.warning(
        "a layer is compressed in another way than its media type says",
        metadata: [
          "layer": "\(layer.position)", "says": "\(expected)", "is": "\(found.rawValue)",
        ])
    }
  }
}

/// The first bytes of a stream, as they arrive.
private final class StreamStart: Sendable {
  private let bytes = Mutex<[UInt8]?>([])

  /// The format, once there are enough bytes to tell it, and only once.
  func format(with part: [UInt8]) -> StreamFormat? {
    bytes.withLock { bytes in
      guard let known = bytes else { return nil }
      let all = known + part.prefix(StreamFormat.prefixLength)
      bytes = all.count < StreamFormat.prefixLength ? all : nil
      return bytes == nil ? StreamFormat.detect(all.span.bytes) : nil
    }
  }
}
