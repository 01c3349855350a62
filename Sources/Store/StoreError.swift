public import Linux
internal import SystemPackage

/// Why a store could not be used, read or changed.
public enum StoreError: Error, Equatable, Sendable {
  /// There is no store in the directory.
  case notAStore(String)
  /// There is a store in the directory already.
  case alreadyAStore(String)
  /// The directory has other things in it.
  case notEmpty(String)
  /// The store has features this program does not know; `writing` when it might still be read.
  case unknownFeatures([String], writing: Bool)
  /// The store has a format version this program does not know.
  case unknownVersion(UInt32)
  /// The parameters make no store; the text says why.
  case invalidParameters(String)
  /// An object's bytes are not what they should be.
  case damaged(StorePath, FormatError)
  /// A stored block does not have its checksum, although it was read twice.
  case damagedBlock(StorePath, offset: UInt64)
  /// An object that the catalog counts on is not there.
  case missing(StorePath)
  /// The operating system refused an operation.
  case system(SystemError)
  /// The directory named may not be written to by this user, or not by anybody here.
  case notWritable(String, SystemError)
  /// The file system cannot link(2).
  case linkRefused(SystemError)
  /// Others published so often that this writer never got its turn.
  case overtaken(attempts: Int)
  /// What this writer had staged was cleared because its time had run out.
  case stagingCleared(StorePath)
  /// A name may not be an image's; the text says why.
  case invalidName(String, String)
  /// There is no such image.
  case imageNotFound(String)
  /// The text means several images, whose ids are listed.
  case ambiguous(String, [String])
  /// Packs that the change counts on are not in the catalog any more.
  case packsGone([PackID])
  /// A value that a caller made breaks a rule of the format; a mistake in Firn.
  case invalidObject(FormatError)

  /// Sorts a failed operation on a file.
  init(_ error: SystemError, at path: StorePath) {
    self = error.errno == .noSuchFileOrDirectory ? .missing(path) : .system(error)
  }
}

extension StorePath {
  /// Decodes what the file contains: what is wrong with that is damage of the file.
  func decoding<Value>(
    _ body: () throws(FormatError) -> Value
  ) throws(StoreError) -> Value {
    do throws(FormatError) {
      return try body()
    } catch {
      throw .damaged(self, error)
    }
  }
}
