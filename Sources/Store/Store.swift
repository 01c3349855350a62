internal import Linux
internal import SystemPackage

/// A store of images in a directory that many hosts share.
///
/// A value without state of its own: everything is read from the directory when it is asked for,
/// so that it may be used from any thread, and any number of processes may use one directory. No
/// file is ever locked.
public struct Store: Sendable {
  /// The directory.
  public let directory: any StoreDirectory
  /// What firn.json says.
  public let description: StoreDescription
  /// The process and host.
  public let surroundings: Surroundings

  /// How content is cut and compressed.
  public var parameters: StoreParameters { description.parameters }

  /// Opens a store for reading; whoever changes it is refused later if a feature forbids that.
  ///
  /// Reads one file. Throws `notAStore`, `unknownVersion`, `unknownFeatures` or `damaged`.
  public static func open(
    _ directory: any StoreDirectory, surroundings: Surroundings = Surroundings()
  ) throws(StoreError) -> Store {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try directory.read(.description)
    } catch {
      switch error.errno {
      case .noSuchFileOrDirectory, .notDirectory: throw .notAStore(directory.location)
      default: throw .system(error)
      }
    }
    return Store(
      directory: directory, description: try Self.description(from: bytes),
      surroundings: surroundings)
  }

  /// The same store through another directory, such as one that counts what is done on this one.
  public func through(_ directory: any StoreDirectory) -> Store {
    Store(directory: directory, description: description, surroundings: surroundings)
  }

  private static func description(from bytes: [UInt8]) throws(StoreError) -> StoreDescription {
    let preamble = try decode(StoreDescriptionPreamble.self, from: bytes)
    let unknown = preamble.features.unknownForReading
    guard unknown.isEmpty else { throw .unknownFeatures(unknown, writing: false) }
    guard preamble.format == StoreDescription.currentVersion else {
      throw .unknownVersion(preamble.format)
    }
    let description = try decode(StoreDescription.self, from: bytes)
    do throws(FormatError) {
      try description.parameters.validate()
    } catch {
      throw .damaged(.description, error)
    }
    return description
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8]
  ) throws(StoreError) -> Value {
    do throws(FormatError) {
      return try SealedText.decode(type, from: bytes)
    } catch {
      throw .damaged(.description, error)
    }
  }

  /// Throws unless this program may change the store.
  func requireWritable() throws(StoreError) {
    let unknown = description.features.unknownForWriting
    guard unknown.isEmpty else { throw .unknownFeatures(unknown, writing: true) }
  }

  /// Does an operation of the directory, and names the file where it fails.
  func attempt<Result>(
    _ path: StorePath, _ body: () throws(SystemError) -> Result
  ) throws(StoreError) -> Result {
    do throws(SystemError) {
      return try body()
    } catch {
      throw StoreError(error, at: path)
    }
  }
}
