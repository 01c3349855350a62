public import ImageTree
public import OCI
internal import StartBundles
public import Store

/// What the start of an image will read, guessed from its configuration and its files before any
/// start was seen: the entry point, and the libraries that are loaded with it.
///
/// It knows nothing of what programs read by themselves, such as the modules of an interpreter.
public struct StartGuess {
  /// Scripts up to this size are taken whole, of larger ones the beginning.
  private static let scriptSize: UInt64 = 64 << 10
  /// What container engines read of an image for every start.
  private static let accounts = ["/etc/passwd", "/etc/group"]

  private let image: LoadedImage
  private let command: EntryCommand

  /// Makes ready to guess; nothing is read yet.
  public init(_ image: LoadedImage, _ configuration: ImageConfig) {
    self.image = image
    command = EntryCommand(configuration)
  }

  /// The pages in the order in which they will be needed; nil where the image says of no program
  /// that it has.
  ///
  /// Whatever the image is made of, it takes bounded time and memory. What cannot be read is left
  /// out.
  public func trace() -> AccessTrace? {
    let root = ImageRoot(image)
    let search = ProgramSearch(command, in: root)
    let orders = search.programs.compactMap {
      LoadOrder($0, libraryPath: command.libraryPath, in: root)
    }
    guard !orders.isEmpty else { return nil }
    var list = PageList()
    for path in Self.accounts {
      if let file = root.file(at: Array(path.utf8)) { list.add(file, atMost: 4096) }
    }
    for script in search.scripts { list.add(script, atMost: Self.scriptSize) }
    var loaded = LoadedPages(adding: list)
    for order in orders { loaded.add(order) }
    return AccessTrace(
      of: image.object.rootIdentity, recorded: loaded.pages.runs, isExact: false)
  }
}
