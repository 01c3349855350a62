internal import AdditionalImageStore
internal import Linux
internal import SquashFS
internal import Store
internal import Synchronization
internal import SystemPackage

/// An image of the catalog as a node has it: listed at once, its object read when first needed.
///
/// While one thread reads the object the others wait for it, and no lock is held meanwhile. After
/// a failure the next use tries again.
final class ShelvedImage: Sendable {
  private enum State {
    case listed
    case loading(Latch)
    case loaded(LoadedImage)
  }

  let record: ImageRecord
  /// The image's number on this node, as node ids have it; see ``StoreNumbers``.
  let number: UInt32
  let listed: ListedImage
  private let source: any ContentSource
  private let state: Mutex<State>

  /// Takes an image from the catalog; nil for one without a listing, which no view can show.
  init?(_ record: ImageRecord, as number: UInt32, source: any ContentSource) {
    guard let text = record.attributes[ListedImage.attribute],
      let listed = ListedImage(attributeValue: text, names: record.names),
      listed.bigData.count <= ImageItem.dataLimit
    else { return nil }
    self.record = record
    self.number = number
    self.listed = listed
    self.source = source
    state = Mutex(.listed)
  }

  /// The same image with the names a newer catalog gives it; what was read is kept.
  init?(_ record: ImageRecord, keeping old: ShelvedImage) {
    guard record.object == old.record.object,
      let text = record.attributes[ListedImage.attribute],
      let listed = ListedImage(attributeValue: text, names: record.names)
    else { return nil }
    self.record = record
    number = old.number
    self.listed = listed
    source = old.source
    let known: LoadedImage? = old.state.withLock {
      if case .loaded(let image) = $0 { image } else { nil }
    }
    state = Mutex(known.map { .loaded($0) } ?? .listed)
  }

  /// Whether everybody may see it.
  var isForEverybody: Bool { record.access.visibility == .world }

  /// The image with its object.
  func load() throws(Errno) -> LoadedImage {
    while true {
      let latch = Latch()
      let found: State = state.withLock { state in
        let found = state
        if case .listed = state { state = .loading(latch) }
        return found
      }
      switch found {
      case .loaded(let image): return image
      case .loading(let other): other.wait()
      case .listed: return try fill(opening: latch)
      }
    }
  }

  private func fill(opening latch: Latch) throws(Errno) -> LoadedImage {
    defer { latch.open() }
    do throws(Errno) {
      let object = try source.object(of: record)
      guard let image = try? LoadedImage(object, source: source),
        ImageItem.fits(inodeTableSize: image.volume.metadataByteCount)
      else { throw Errno.ioError }
      state.withLock { $0 = .loaded(image) }
      return image
    } catch {
      state.withLock { $0 = .listed }
      throw error
    }
  }
}
