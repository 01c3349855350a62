internal import Digests
internal import Linux
internal import SystemPackage

extension Store {
  /// How many image and pack numbers are passed over when a generation is lost that may have given
  /// some.
  static let numbersPassedOver: UInt32 = 1 << 10

  /// Makes the areas that are missing; safe beside everything.
  ///
  /// - Returns: Those that were made.
  @discardableResult
  public func restoreAreas() throws(StoreError) -> [StoreArea] {
    var made: [StoreArea] = []
    do throws(SystemError) {
      let present = Set(try directory.list(.root))
      for area in StoreArea.subdirectories where !present.contains(area.rawValue) {
        do throws(SystemError) {
          try directory.makeDirectory(area)
          try directory.setAccess(description.access, of: area)
          _ = directory.setLayout(description.striping.layout(of: area), of: area)
          made.append(area)
        } catch {
          guard error.errno == .fileExists else { throw error }
        }
      }
      if !made.isEmpty { try directory.synchronize(.root) }
    } catch {
      throw .system(error)
    }
    return made
  }

  /// Publishes the last good generation anew when the newest one is damaged; else nothing.
  ///
  /// What the damaged one changed is lost, but its file stays as it is. It may have given numbers
  /// to images and packs that nodes know, so some are passed over. A writer that knows what the
  /// damaged generation said, because it read it before, may be faster: then nothing is lost.
  ///
  /// - Returns: The newest catalog.
  /// - Throws: `damaged` when no generation is good.
  @discardableResult
  public func supersedeDamagedGeneration() throws(StoreError) -> Catalog {
    try requireWritable()
    guard try damagedGeneration() != nil else { return try newest() }
    let staging = try stage(purpose: "go back to the last good generation")
    defer { staging.finish() }
    guard let (damaged, reason) = try damagedGeneration() else { return try newest() }
    guard var next = try lastGood(before: damaged), damaged < .max else {
      throw .damaged(.generation(damaged), reason)
    }
    let (image, noImage) = next.nextImageNumber.addingReportingOverflow(Self.numbersPassedOver)
    let (pack, noPack) = next.nextPackNumber.addingReportingOverflow(Self.numbersPassedOver)
    guard !noImage, !noPack else {
      throw .invalidObject(.invalid("there are no numbers left"))
    }
    let good = next.generation
    next = try withoutCollected(next)
    next.nextImageNumber = image
    next.nextPackNumber = pack
    next.generation = damaged + 1
    next.operation = operation("go back to generation \(good): \(damaged) is damaged")
    _ = try staging.write(
      try Self.encode(next), onceAs: .generation(next.generation), whileOwned: true)
    return try newest()
  }

  /// The catalog without what is condemned and gone: the generations that are lost were a
  /// collector's, and what a collector drops is dropped for good (firn-store(7), C3).
  private func withoutCollected(_ catalog: Catalog) throws(StoreError) -> Catalog {
    var objects: Set<SHA256Digest> = []
    for entry in catalog.retired where entry.condemned != nil {
      if try origin(of: entry.image.path) == nil { objects.insert(entry.image.object) }
    }
    let needed = Set(
      catalog.images.flatMap(\.packs)
        + catalog.retired.filter { !objects.contains($0.image.object) }.flatMap(\.image.packs))
    var packs: Set<PackID> = []
    for pack in catalog.packs where pack.state != .live && !needed.contains(pack.number) {
      if try origin(of: pack.path) == nil { packs.insert(pack.id) }
    }
    return catalog.dropping(objects: objects, packs: packs)
  }

  /// The newest generation's number if it is damaged, read twice.
  private func damagedGeneration() throws(StoreError) -> (number: UInt64, reason: FormatError)? {
    var found: (UInt64, FormatError)?
    for _ in 0..<2 {
      do throws(StoreError) {
        _ = try newest()
        return nil
      } catch {
        guard case .damaged(let path, let reason) = error,
          let number = StorePath.generationNumber(path.name)
        else {
          throw error
        }
        found = (number, reason)
      }
    }
    return found
  }

  private func lastGood(before damaged: UInt64) throws(StoreError) -> Catalog? {
    let numbers = try generations().filter { $0 < damaged }
    for number in numbers.reversed() {
      do throws(StoreError) {
        return try catalog(ofGeneration: number)
      } catch {
        // An error that passes must not cost a generation that is good.
        switch error {
        case .damaged, .missing: continue
        default: throw error
        }
      }
    }
    return nil
  }
}
