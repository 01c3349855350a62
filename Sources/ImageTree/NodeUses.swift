public import FUSE
internal import Store
internal import Synchronization

/// Which images the kernel refers to: how often it was given their root directories and root blobs
/// and has not given them back.
///
/// A container holds the root directory of its image for as long as it runs, however long it reads
/// nothing. What nobody uses may be remembered as well, until the names that lead to it are
/// invalidated. A node service that takes over a mount would have to begin with what is in use.
final class NodeUses: Sendable {
  private let counts = Mutex<[UInt64: UInt64]>([:])

  /// Notes that the kernel was given a node.
  func add(_ node: NodeID) {
    counts.withLock { $0[node.rawValue, default: 0] += 1 }
  }

  /// Notes that the kernel gave nodes back; those that are not counted are passed over.
  func remove(_ node: NodeID, count: UInt64) {
    counts.withLock { counts in
      guard let known = counts[node.rawValue] else { return }
      counts[node.rawValue] = known > count ? known - count : nil
    }
  }

  /// The numbers of the images that are referred to.
  var images: Set<UInt32> {
    counts.withLock { Set($0.keys.map { NodeAddress(NodeID(rawValue: $0)).image }) }
  }
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
    let used = uses.images
    return condemned.reduce(part.generation) { oldest, entry in
      guard used.contains(entry.image.number), let condemnation = entry.condemned else {
        return oldest
      }
      return min(oldest, max(condemnation.generation, 1) - 1)
    }
  }
}
