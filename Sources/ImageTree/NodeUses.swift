public import FUSE
internal import SquashFS
public import Store
internal import Synchronization
internal import SystemPackage

/// Which images the kernel refers to: how often it was given their root directories and root blobs
/// and has not given them back.
///
/// A container holds the root directory of its image for as long as it runs, however long it reads
/// nothing. What nobody uses may be remembered as well, until the names that lead to it are
/// invalidated. The counts are kept in a record, so that a server that goes on with a mount knows
/// them; where they are not known, everything counts as in use.
final class NodeUses: Sendable {
  private struct State {
    var counts: [UInt64: UInt64] = [:]
    /// Where in the record the counts are kept, and which places are free again.
    var places: [UInt64: Int] = [:]
    var free: [Int] = []
    var isIncomplete = false
  }

  private let record: TreeRecord?
  private let state = Mutex(State())

  init(_ record: TreeRecord? = nil) { self.record = record }

  /// Notes that the kernel is to be given a node.
  func add(_ node: NodeID) {
    state.withLock { state in
      let count = (state.counts[node.rawValue] ?? 0) + 1
      state.counts[node.rawValue] = count
      guard let record else { return }
      let place = state.places[node.rawValue] ?? state.free.popLast() ?? state.places.count
      guard place < TreeRecord.mostUses else { return record.loseUses() }
      state.places[node.rawValue] = place
      record.keep(use: node.rawValue, count: count, at: place)
    }
  }

  /// Notes that the kernel gave nodes back; those that are not counted are passed over.
  func remove(_ node: NodeID, count: UInt64) {
    state.withLock { state in
      guard let known = state.counts[node.rawValue] else { return }
      let left = known > count ? known - count : 0
      state.counts[node.rawValue] = left == 0 ? nil : left
      guard let place = state.places[node.rawValue] else { return }
      record?.keep(use: node.rawValue, count: left, at: place)
      guard left == 0 else { return }
      state.places[node.rawValue] = nil
      state.free.append(place)
    }
  }

  /// Takes the counts that another tree has kept.
  func restore() {
    guard let record else { return }
    let uses = record.uses
    state.withLock { state in
      state.isIncomplete = record.hasLostUses
      for (place, use) in uses.enumerated() {
        if use.count == 0 {
          state.free.append(place)
        } else {
          state.counts[use.node] = use.count
          state.places[use.node] = place
        }
      }
    }
  }

  /// Whether there may be uses that were not counted.
  var isIncomplete: Bool { state.withLock { $0.isIncomplete } }

  /// What the kernel refers to.
  var nodes: [NodeAddress] {
    state.withLock { $0.counts.keys.map { NodeAddress(NodeID(rawValue: $0)) } }
  }

  /// The numbers of the images that are referred to.
  var images: Set<UInt32> { Set(nodes.map(\.image)) }
}

extension ImageTree {
  /// The kernel gives a node back; see ``FUSE/FileSystem``.
  public func forget(_ node: NodeID, count: UInt64) { uses.remove(node, count: count) }

  /// The oldest generation of a store that something in use needs: a lease of that generation
  /// keeps a collector from it.
  ///
  /// It is the generation that is shown, or that before the condemnation of an image which is in
  /// use although it is retired.
  public func oldestGeneration(ofStore place: Int) -> UInt64 {
    let part = shelf.parts[place]
    let condemned = part.retired.filter { $0.condemned != nil }
    guard !condemned.isEmpty else { return part.generation }
    let (used, isIncomplete) = (uses.images, uses.isIncomplete)
    return condemned.reduce(part.generation) { oldest, entry in
      guard isIncomplete || used.contains(entry.image.number), let condemnation = entry.condemned
      else { return oldest }
      return min(oldest, max(condemnation.generation, 1) - 1)
    }
  }

  /// The objects of a store's images that the kernel refers to.
  ///
  /// Reads those that are not in memory; thread-safe.
  /// - Returns: false when one could not be read, so that what it needs is not known.
  public func forEachObjectInUse(
    ofStore place: Int, _ body: (ImageRecord, ImageObject) -> Void
  ) -> Bool {
    let part = shelf.parts[place]
    let used = uses.images
    var isComplete = true
    for image in part.images + part.retired.map(\.image) where used.contains(image.number) {
      do throws(Errno) { body(image.record, try image.load().object) } catch {
        isComplete = false
      }
    }
    return isComplete
  }

  /// What keeps a lease from going on although perhaps nobody uses it: the names in the root
  /// directories of condemned images that the kernel refers to.
  ///
  /// A name that the kernel merely remembers holds its directory. When it has forgotten these it
  /// gives back the directories that nobody uses; those in use are asked for again.
  public func remembered(ofStore place: Int) -> TreeChange {
    let condemned = Set(
      shelf.parts[place].retired.filter { $0.condemned != nil }.map(\.image.number))
    var change = TreeChange()
    for address in uses.nodes where condemned.contains(address.image) {
      guard ImageItem(number: address.item) == nil,
        let volume = try? shelf.image(address.image).load().volume,
        let root = try? volume.inode(volume.root)
      else { continue }
      try? volume.forEachEntry(in: root, from: 0) { _, name in
        let bytes = name.withUnsafeBytes { Array($0) }
        change.names.append(TreeChange.Name(parent: address.node, bytes: bytes))
        return true
      }
    }
    return change
  }
}
