internal import Linux

extension Store {
  /// How often a change is tried before its writer gives up.
  public static let mostAttempts = 500

  /// Publishes a change of the catalog as a new generation.
  ///
  /// The change is a function of the newest catalog: when another writer is faster it is called
  /// again with what that one published. It may throw, which ends the attempt; it must have no
  /// effects. A change that changes nothing publishes nothing.
  ///
  /// - Parameters:
  ///   - text: What was done, one line for people.
  ///   - staging: The caller's staging area, if it has one.
  /// - Returns: The catalog that has the change.
  @discardableResult
  public func publish(
    _ text: String, staging: StagingArea? = nil,
    _ change: (Catalog) throws(StoreError) -> Catalog
  ) throws(StoreError) -> Catalog {
    try requireWritable()
    let own = staging == nil ? try stage(purpose: text) : nil
    defer { own?.finish() }
    guard let area = staging ?? own else { throw .overtaken(attempts: 0) }
    return try publish(staging: area, describing: { _, _ in text }, change)
  }

  /// Publishes a change as ``publish(_:staging:_:)`` does, with a text that depends on what the
  /// change comes to.
  ///
  /// - Parameter text: What was done, one line for people, of the catalogs before and after.
  @discardableResult
  public func publish(
    staging area: StagingArea, describing text: (_ before: Catalog, _ after: Catalog) -> String,
    _ change: (Catalog) throws(StoreError) -> Catalog
  ) throws(StoreError) -> Catalog {
    try requireWritable()
    var current = try newest()
    for attempt in 1...Self.mostAttempts {
      var next = try change(current)
      if next.hasSameContent(as: current) {
        // Whoever published it may not have come to make it durable, which this call promises.
        try self.attempt(.generation(current.generation)) { () throws(SystemError) in
          try directory.synchronize(.generations)
        }
        return current
      }
      guard current.generation < .max else { throw .overtaken(attempts: attempt) }
      next.generation = current.generation + 1
      next.operation = operation(text(current, next))
      next.stamp()
      try next.requireSuccession(of: current)
      let path = StorePath.generation(next.generation)
      if try area.write(try Self.encode(next), onceAs: path, whileOwned: true) { return next }
      surroundings.pause(Int.random(in: 0...min(attempt, 20)))
      let winner = try newest(from: next.generation)
      current = if let winner { winner } else { try newest() }
    }
    throw .overtaken(attempts: Self.mostAttempts)
  }

  func operation(_ text: String) -> Operation {
    Operation(
      text: text, writer: surroundings.writer(), time: surroundings.now(), token: Token.random())
  }
}
