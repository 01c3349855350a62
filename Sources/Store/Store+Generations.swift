internal import Linux
internal import SystemPackage

extension Store {
  /// The catalog of the newest generation.
  ///
  /// Lists the generations once, reads the last, and looks whether the next one is there.
  public func newest() throws(StoreError) -> Catalog {
    for _ in 0..<3 {
      guard let last = try generations().last else { break }
      // A collector may have removed it since, but never the newest.
      if let catalog = try newest(from: last) { return catalog }
    }
    throw .missing(.generation(1))
  }

  /// The catalog of the newest generation, if it is newer than one that is known; else nil.
  ///
  /// One path operation when nothing is new. As generations are removed in ascending order, a
  /// caller that slept longer than they are kept must ask ``newest()``: see ``GenerationFollower``.
  public func newer(than generation: UInt64) throws(StoreError) -> Catalog? {
    guard generation < .max - 1 else { return nil }
    guard let next = try bytes(ofGeneration: generation + 1) else { return nil }
    guard try bytes(ofGeneration: generation + 2) == nil else { return try newest() }
    return try Self.decode(next, generation: generation + 1)
  }

  /// The catalog of one generation; `missing` when it was never there or is collected.
  public func catalog(ofGeneration number: UInt64) throws(StoreError) -> Catalog {
    guard let bytes = try bytes(ofGeneration: number) else { throw .missing(.generation(number)) }
    return try Self.decode(bytes, generation: number)
  }

  /// Follows generations upwards from one that should be there; nil when it is not.
  func newest(from start: UInt64) throws(StoreError) -> Catalog? {
    guard var last = try bytes(ofGeneration: start) else { return nil }
    var number = start
    while number < .max, let next = try bytes(ofGeneration: number + 1) {
      last = next
      number += 1
    }
    return try Self.decode(last, generation: number)
  }

  private func bytes(ofGeneration number: UInt64) throws(StoreError) -> [UInt8]? {
    do throws(SystemError) {
      return try directory.read(.generation(number))
    } catch {
      guard error.errno == .noSuchFileOrDirectory else { throw .system(error) }
      return nil
    }
  }

  static func decode(
    _ bytes: [UInt8], generation: UInt64
  ) throws(StoreError) -> Catalog {
    do throws(FormatError) {
      let catalog = try SealedText.decode(Catalog.self, from: bytes)
      guard catalog.generation == generation else {
        throw FormatError.invalid("it says it is generation \(catalog.generation)")
      }
      try catalog.validate()
      return catalog
    } catch {
      throw .damaged(.generation(generation), error)
    }
  }

  /// The bytes of a generation's file.
  static func encode(_ catalog: Catalog) throws(StoreError) -> [UInt8] {
    do throws(FormatError) {
      try catalog.validate()
      return try SealedText.encode(catalog)
    } catch {
      throw .invalidObject(error)
    }
  }
}
