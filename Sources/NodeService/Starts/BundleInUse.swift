internal import FUSE
internal import Failures
internal import ImageTree
internal import Linux
internal import Logging
internal import SquashFS
internal import StartBundles
internal import Store
internal import Synchronization
internal import SystemPackage

/// A start bundle while an image starts: answers reads from it, and brings its pages into the
/// kernel's page cache before they are asked for.
final class BundleInUse: Sendable {
  /// How many bytes of decompressed frames are kept: those being pushed, and asked for.
  private static let frameMemory = 16 << 20

  let bundle: StartBundle
  private let service: StartService
  private let frames = BlockCache<Int>(limit: BundleInUse.frameMemory, shards: 1)
  private let isBroken = Atomic(false)

  init(_ bundle: StartBundle, _ service: StartService) {
    self.bundle = bundle
    self.service = service
  }

  /// Whether nothing is wrong with it so far.
  var isSound: Bool { !isBroken.load(ordering: .relaxed) }

  deinit { service.release(bundle.size) }

  /// Bytes of a file, if all of them are in the bundle; waits for what has not arrived.
  func reply(_ inode: UInt32, _ range: Range<UInt64>) -> ReadReply? {
    guard isSound else { return nil }
    do {
      guard let pieces = try bundle.pieces(of: inode, range) else {
        service.count { $0.missed += 1 }
        return nil
      }
      var reply = ReadReply()
      for piece in pieces { reply.append(try content(piece.frame), piece.range) }
      service.count { $0.late += 1 }
      return reply
    } catch {
      giveUp(error)
      return nil
    }
  }

  private func content(_ frame: Int) throws -> SharedBuffer {
    try frames.block(frame) { () throws(Errno) in
      do throws(StoreError) { return try bundle.content(ofFrame: frame) } catch {
        giveUp(error)
        throw .ioError
      }
    }
  }

  /// Packs have everything that a bundle has.
  private func giveUp(_ error: any Error) {
    guard !isBroken.exchange(true, ordering: .relaxed) else { return }
    service.count { $0.failed += 1 }
    let reason = (error as? StoreError)?.failure.description ?? "\(error)"
    service.logger.warning(
      "a start bundle cannot be used; the image is read from its packs",
      metadata: ["reason": "\(reason)"])
  }

  /// Gives the kernel all pages, in the order in which they are needed.
  ///
  /// The kernel takes pages only of files it knows, so each file is looked up through the mount
  /// first.
  func push(into root: ShownRoot) {
    guard let mount = service.mount, let table = try? bundle.table() else { return }
    let place = mount.point.appending(root.path)
    var known: [UInt32: Bool] = [:]
    for entry in table.entries where isSound {
      guard !service.hasEnded else { return }
      let inode = entry.run.inode
      let isKnown = known[inode] ?? Self.isThere(table.paths[inode], below: place)
      known[inode] = isKnown
      guard isKnown, let content = try? content(Int(entry.frame)) else { continue }
      let node = root.node(of: InodePosition(rawValue: inode))
      let range = Int(entry.offset)..<Int(entry.offset) + Int(entry.byteCount)
      do throws(Errno) {
        try mount.notifier.store(content, range, in: node, at: entry.bytes.lowerBound)
        service.count { $0.pushedBytes += UInt64(range.count) }
      } catch { continue }
    }
  }

  private static func isThere(_ path: [UInt8]?, below place: FilePath) -> Bool {
    guard let path else { return false }
    let whole = place.appending(String(decoding: path, as: UTF8.self))
    return (try? FileStatus(of: whole, followingLinks: false)) != nil
  }
}
