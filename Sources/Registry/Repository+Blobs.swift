internal import Logging
public import OCI

extension Repository {
  /// Starts to read a blob; errors arrive with the first piece.
  ///
  /// The bytes are checked, and the stream ends only if they are right; if they are not,
  /// ``BlobStream/restarted(after:)`` reads them once more, from another place if there is one.
  ///
  /// - Parameter document: What the blob is, for messages, as in "layer 2".
  public func blob(_ descriptor: Descriptor, document: String) -> BlobStream {
    var places: [any BlobPlace] = sessions
    if descriptor.mediaType.isForeignLayer, !descriptor.urls.isEmpty {
      places += foreignPlaces(descriptor.urls)
    }
    return stream(of: descriptor, from: places, document: document, mayRestart: true)
  }

  private func stream(
    of descriptor: Descriptor, from places: [any BlobPlace], document: String, mayRestart: Bool
  ) -> BlobStream {
    let download = BlobDownload(
      descriptor, places: places, retries: options.retries, logger: logger, clock: options.clock)
    let again: @Sendable () async -> BlobStream = {
      // The place that delivered wrong bytes, and those before it, are the last to be asked.
      let bad = await download.abandoned + 1
      self.logger.warning(
        "a download was wrong and begins again", metadata: ["blob": "\(descriptor.digest)"])
      return self.stream(
        of: descriptor, from: Array(places.dropFirst(bad) + places.prefix(bad)),
        document: document, mayRestart: false)
    }
    return BlobStream(again: mayRestart ? again : nil) { try await download.next() }
      .verified(against: descriptor, document: document)
  }

  private func foreignPlaces(_ urls: [String]) -> [any BlobPlace] {
    guard let sender = try? makeSender(TrustSettings()) else { return [] }
    return urls.compactMap(WebAddress.init(parsing:)).map {
      ForeignPlace(address: $0, sender: sender)
    }
  }
}
