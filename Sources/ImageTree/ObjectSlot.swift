internal import Linux
internal import SquashFS
internal import Store
internal import Synchronization
internal import SystemPackage

/// A place for an image's object: empty at first, filled when it is first needed, emptied when other
/// images need the memory more.
///
/// While one thread reads the object the others wait for it, and no lock is held meanwhile. After
/// a failure the next use tries again.
final class ObjectSlot: Sendable {
  private enum State {
    case empty
    case loading(Latch)
    case loaded(LoadedImage)
  }

  private let record: ImageRecord
  private let source: any ContentSource
  private let memory: ObjectMemory
  private let state = Mutex(State.empty)
  private let use = Atomic<UInt64>(0)
  /// What is done about the image's start, whether its object is in memory or not.
  let start: (any ImageStart)?

  /// An empty place for the object of an image.
  init(_ record: ImageRecord, from source: any ContentSource, in memory: ObjectMemory) {
    self.record = record
    self.source = source
    self.memory = memory
    start = source.start(of: record)
  }

  /// When the object was needed last, by ``ObjectMemory/now``.
  var lastUse: UInt64 { use.load(ordering: .relaxed) }

  /// The image with its object.
  func load() throws(Errno) -> LoadedImage {
    use.store(memory.now, ordering: .relaxed)
    while true {
      let latch = Latch()
      let found: State = state.withLock { state in
        let found = state
        if case .empty = state { state = .loading(latch) }
        return found
      }
      switch found {
      case .loaded(let image): return image
      case .loading(let other): other.wait()
      case .empty: return try fill(opening: latch)
      }
    }
  }

  private func fill(opening latch: Latch) throws(Errno) -> LoadedImage {
    defer { latch.open() }
    do throws(Errno) {
      let source = source.source(of: record)
      let object = try source.object(of: record)
      guard let image = try? LoadedImage(object, source: source),
        ImageItem.fits(inodeTableSize: image.volume.metadataByteCount)
      else { throw Errno.ioError }
      state.withLock { $0 = .loaded(image) }
      memory.note(self, byteCount: image.byteCount)
      return image
    } catch {
      state.withLock { $0 = .empty }
      throw error
    }
  }

  /// Lets go of the object; whoever still uses it keeps it until then.
  func unload() {
    state.withLock { state in
      if case .loaded = state { state = .empty }
    }
  }
}
