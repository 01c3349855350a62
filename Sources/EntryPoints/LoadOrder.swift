/// A program and the libraries that are loaded with it, in the order of ld.so(8): breadth first,
/// each file once.
struct LoadOrder {
  /// A file that is loaded.
  struct Member {
    let file: ImageRoot.File
    let elf: ELFFile
    let dynamic: DynamicSection?
    /// The directory of the path by which it was found.
    let origin: [UInt8]
    /// The number of the file that needs it; nil for the program.
    let asker: Int?
  }

  /// How many files are loaded at most.
  static let mostFiles = 512
  /// How many paths are tried, and how many files up to the program are asked where to look.
  private static let (mostTries, mostAskers) = (1 << 14, 16)
  private static let slash = UInt8(ascii: "/")

  /// The program, then the libraries.
  private(set) var members: [Member]
  /// The dynamic loader.
  private(set) var loader: Member?
  /// What the loader reads to know where libraries are.
  private(set) var configuration: ImageRoot.File?
  private var tries = 0

  /// Finds what a program loads; nil for a file that is no program.
  init?(_ program: ImageRoot.File, libraryPath: [[UInt8]], in root: ImageRoot) {
    guard let first = Self.member(program, at: program.path, neededBy: nil) else { return nil }
    members = [first]
    guard let interpreter = first.elf.interpreter else { return }
    loader = root.file(at: interpreter).flatMap {
      Self.member($0, at: interpreter, neededBy: nil)
    }
    let search = LibrarySearch(first.elf, libraryPath: libraryPath, in: root)
    var known: Set<UInt32> = [program.inode]
    if let loader { known.insert(loader.file.inode) }
    var asked: Set<[UInt8]> = []
    var index = 0
    while index < members.count {
      for name in members[index].dynamic?.needed ?? [] where asked.insert(name).inserted {
        guard members.count < Self.mostFiles, asked.count <= 4 * Self.mostFiles else { break }
        guard let found = find(name, for: index, search, root),
          known.insert(found.file.inode).inserted
        else { continue }
        members.append(found)
      }
      index += 1
    }
    if members.count > 1 { configuration = search.configuration }
  }

  private mutating func find(
    _ name: [UInt8], for index: Int, _ search: LibrarySearch, _ root: ImageRoot
  ) -> Member? {
    for place in search.places(of: name, for: askers(index)) {
      tries += 1
      guard tries <= Self.mostTries else { return nil }
      if let file = root.file(at: place),
        let found = Self.member(file, at: place, neededBy: index),
        found.elf.matches(members[0].elf)
      {
        return found
      }
    }
    return nil
  }

  private func askers(_ index: Int) -> [LibrarySearch.Asker] {
    var askers: [LibrarySearch.Asker] = []
    var next: Int? = index
    while let index = next, askers.count < Self.mostAskers {
      let member = members[index]
      askers.append(
        LibrarySearch.Asker(
          origin: member.origin, path: member.dynamic?.path(.searchPath),
          runPath: member.dynamic?.path(.runPath)))
      next = member.asker
    }
    return askers
  }

  private static func member(
    _ file: ImageRoot.File, at path: [UInt8], neededBy asker: Int?
  ) -> Member? {
    guard let elf = ELFFile(file.content) else { return nil }
    let end = path.lastIndex(of: slash) ?? 0
    return Member(
      file: file, elf: elf, dynamic: DynamicSection(elf), origin: Array(path[..<end]),
      asker: asker)
  }
}
