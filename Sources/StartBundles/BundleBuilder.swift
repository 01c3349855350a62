internal import Linux
public import Store
public import SystemPackage

/// Makes the start bundle of an image from what was read while it started.
public struct BundleBuilder {
  /// What has become of it.
  public struct Summary: Hashable, Sendable {
    /// The pages in the bundle.
    public var pages = 0
    /// Their bytes.
    public var contentBytes: UInt64 = 0
    /// The size of its file.
    public var fileSize: UInt64 = 0
    /// How many files they are from.
    public var files = 0
    /// The pages of the trace that found no room.
    public var leftOut = 0
  }

  /// Why no bundle was made.
  public enum Failure: Error {
    /// The store could not be written.
    case store(StoreError)
    /// The image's content could not be read.
    case content(Errno)
  }

  /// How large a bundle's file may become, unless given: nodes hold it in memory while an image
  /// starts.
  public static let sizeLimit: UInt64 = 128 << 20

  private let sizeLimit: UInt64

  /// Makes a builder.
  ///
  /// - Parameter sizeLimit: How many bytes the frames may take, to within one frame; what is needed
  ///   last is left out.
  public init(sizeLimit: UInt64 = BundleBuilder.sizeLimit) { self.sizeLimit = sizeLimit }

  /// Makes the bundle and puts it in the place of the one the image has.
  ///
  /// - Returns: nil, and no bundle, when nothing in the trace is a page of the image.
  public func build(
    _ trace: AccessTrace, from source: some PageSource, in staging: StagingArea
  ) throws(Failure) -> Summary? {
    let plan = BundlePlan(trace) { source.size(of: $0) }
    guard !plan.frames.isEmpty else { return nil }
    do {
      return try write(plan, trace, source, staging)
    } catch let error as StoreError {
      throw .store(error)
    } catch let error as Errno {
      throw .content(error)
    } catch {
      throw .content(.ioError)
    }
  }

  private func write(
    _ plan: BundlePlan, _ trace: AccessTrace, _ source: some PageSource, _ staging: StagingArea
  ) throws -> Summary {
    var writer = try BundleWriter(staging, of: trace.rootIdentity)
    var entries: [BundleTable.Entry] = []
    var summary = Summary()
    for frame in plan.frames {
      let pages = frame.reduce(0) { $0 + Int($1.count) }
      guard writer.storedByteCount < sizeLimit else {
        summary.leftOut += pages
        continue
      }
      let (content, own) = try Self.read(frame, from: source)
      let index = try writer.append(content)
      entries += own.map { entry in
        var entry = entry
        entry.frame = index
        return entry
      }
      summary.pages += pages
      summary.contentBytes += UInt64(content.count)
    }
    let inodes = Set(entries.map(\.run.inode))
    summary.files = inodes.count
    let paths = try source.paths(of: inodes)
    summary.fileSize = try writer.seal(entries, paths: paths, isExact: trace.isExact)
    return summary
  }

  private static func read(
    _ frame: [PageRun], from source: some PageSource
  ) throws(Errno) -> (content: [UInt8], entries: [BundleTable.Entry]) {
    var content: [UInt8] = []
    var entries: [BundleTable.Entry] = []
    for run in frame {
      let end = min(run.bytes.upperBound, source.size(of: run.inode) ?? 0)
      let bytes = try source.bytes(of: run.inode, run.bytes.lowerBound..<end)
      entries.append(
        BundleTable.Entry(
          run: run, byteCount: UInt32(clamping: bytes.count), frame: 0,
          offset: UInt32(clamping: content.count)))
      content += bytes
    }
    return (content, entries)
  }
}
