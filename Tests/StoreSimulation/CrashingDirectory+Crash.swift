internal import Store
internal import Synchronization

extension CrashingDirectory {
  /// The directory as a machine finds it that crashed now and was started again.
  ///
  /// Nothing here changes: any number of crashes may be asked for, and the program may go on.
  public func crash(_ survival: Survival) -> MemoryDirectory {
    state.withLock { state in
      var random = RandomNumbers(seed: survival.seed)
      var result = State(files: state.files, areas: state.areas)
      let odds = Double([1, 5, 9][Int(random.next() % 3)]) / 10
      for (index, change) in state.changes.enumerated() where change.isOfNames {
        if survival.leavesNames(at: index, odds, &random) { result.apply(change.kind) }
      }
      var sizes: [ObjectIdentifier: FileRemains] = [:]
      for (index, change) in state.changes.enumerated() {
        guard case .append(let file, let from, let to) = change.kind else { continue }
        var remains = sizes[ObjectIdentifier(file)] ?? FileRemains(size: from, kept: from)
        survival.extend(&remains, at: index, from: from, to: to, &random)
        sizes[ObjectIdentifier(file)] = remains
      }
      return result.directory(sizes)
    }
  }

  /// The directory after a crash that a seed decides: see ``Survival/random(seed:)``.
  public func crash(seed: UInt64) -> MemoryDirectory { crash(.random(seed: seed)) }

  /// What may survive a crash now: the extremes, every prefix, and what each seed decides.
  ///
  /// When everything is durable there is only one state, and one answer.
  public func survivals(seeds: Range<UInt64> = 0..<0) -> [Survival] {
    let count = unsynchronized
    guard count > 0 else { return [.nothing] }
    return [.nothing, .everything, .names, .data] + (0..<count).map { .torn($0) }
      + (1..<count).map { .prefix($0) } + seeds.map { .random(seed: $0) }
  }
}

/// What is left of a file: bytes that read as they were written, then zeros.
struct FileRemains {
  var size: Int
  var kept: Int
  /// Whether later appends are lost because an earlier one was not left whole.
  var isCut = false
}

extension CrashingDirectory.Change {
  fileprivate var isOfNames: Bool {
    if case .append = kind { false } else { true }
  }
}

extension Survival {
  fileprivate var seed: UInt64 {
    if case .random(let seed) = self { seed } else { 0 }
  }

  fileprivate func leavesNames(
    at index: Int, _ odds: Double, _ random: inout RandomNumbers
  ) -> Bool {
    switch self {
    case .nothing, .data: false
    case .everything, .names: true
    case .prefix(let count), .torn(let count): index < count
    case .random: Double.random(in: 0..<1, using: &random) < odds
    }
  }

  /// Adds to a file what is left of an append.
  fileprivate func extend(
    _ remains: inout FileRemains, at index: Int, from: Int, to: Int, _ random: inout RandomNumbers
  ) {
    switch self {
    case .nothing, .names: break
    case .everything, .data: remains = FileRemains(size: to, kept: to)
    case .prefix(let count):
      if index < count { remains = FileRemains(size: to, kept: to) }
    case .torn(let count):
      if index < count { remains = FileRemains(size: to, kept: to) }
      if index == count {
        let half = from + (to - from) / 2
        remains = FileRemains(size: half, kept: half)
      }
    case .random:
      guard !remains.isCut else { return }
      if Bool.random(using: &random) {
        remains = FileRemains(size: to, kept: to)
      } else {
        let kept = Int.random(in: from...to, using: &random)
        let size = Bool.random(using: &random) ? kept : Int.random(in: kept...to, using: &random)
        remains = FileRemains(size: size, kept: kept, isCut: true)
      }
    }
  }
}

extension CrashingDirectory.State {
  /// The durable names with what is left of their files; two names of a file stay names of one.
  fileprivate func directory(_ remains: [ObjectIdentifier: FileRemains]) -> MemoryDirectory {
    var copies: [ObjectIdentifier: MemoryDirectory.Content] = [:]
    var left: [StorePath: MemoryDirectory.Content] = [:]
    for (path, file) in files where areas.contains(path.area) {
      let id = ObjectIdentifier(file)
      if copies[id] == nil {
        var bytes = file.bytes.withLock { $0 }
        if let part = remains[id] {
          bytes.removeSubrange(part.kept...)
          bytes += [UInt8](repeating: 0, count: part.size - part.kept)
        }
        copies[id] = MemoryDirectory.Content(bytes)
      }
      left[path] = copies[id]
    }
    return MemoryDirectory(areas: areas, files: left)
  }
}
