public import ArgumentParser
internal import Compression
internal import Failures
internal import Linux
internal import Store
internal import SystemPackage

/// `firn init STORE`.
public struct InitCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a store.",
    discussion: """
      The directory is created; it may exist if it is empty. Block size, compressor and level \
      are fixed for the life of the store, because equal images give equal bytes only under \
      equal parameters. An ordinary user who names no directory makes a private store, \
      $XDG_DATA_HOME/firn/store. Modes of files are set as --access says, whatever the umask.
      """)

  @Argument(help: ArgumentHelp("The directory of the new store.", valueName: "store"))
  var store: String?

  @Option(name: .customLong("store"), help: .hidden)
  var storeOption: String?

  @Option(
    help: ArgumentHelp(
      "Bytes of content in a block: 4K to 1M, a power of two; otherwise 128K.", valueName: "size"),
    transform: BlockSize.init(parsing:))
  var blockSize: BlockSize = BlockSize(bytes: 131_072)

  @Option(help: ArgumentHelp("zstd, lz4, gzip or xz.", valueName: "name"))
  var compressor: CompressorName = CompressorName(.zstd)

  @Option(
    help: ArgumentHelp("The compressor's level; each has its own default.", valueName: "number"))
  var level: Int?

  @Option(
    help: ArgumentHelp(
      "Who may read the store's files: owner, group or world.",
      discussion: "Otherwise the world, or the owner for a private store.", valueName: "who"))
  var access: VisibilityName?

  @Option(
    help: ArgumentHelp(
      "Who sees a new image on nodes, if its import does not say: owner, group or world.",
      discussion: "Otherwise whoever may read the store's files.", valueName: "who"))
  var visibility: VisibilityName?

  @Option(
    help: ArgumentHelp(
      "The group of the files and of new images, by name or number.", valueName: "group"),
    transform: GroupName.init(parsing:))
  var group: GroupName?

  /// Makes the command without values.
  public init() {}

  /// Makes the store.
  public func run() throws {
    let path = try place()
    guard let chosen = level ?? compressor.value.defaultLevel else {
      throw Failure(
        .usage, "stores cannot be written with \(compressor.value.name)",
        nextStep: "Choose zstd, lz4, gzip or xz")
    }
    let parameters = StoreParameters(
      blockSize: blockSize.bytes, compressor: compressor.value, level: Int32(clamping: chosen))
    var layouts: [(area: StoreArea, outcome: LayoutOutcome)] = []
    _ = try Store.create(
      at: PosixDirectory(FilePath(path)), parameters: parameters,
      access: readers(of: path)
    ) {
      layouts.append(($0, $1))
    }
    Output.lines([
      "\(path): new store, blocks of \(Output.binaryBytes(blockSize.bytes)), "
        + "\(compressor.value.name) level \(chosen)"
    ])
    for line in LayoutWarning(layouts).lines {
      StandardStream.error.write("firn: warning: \(line)\n")
    }
  }
}

/// A block size as an argument: bytes, or KiB with `K`, or MiB with `M`.
struct BlockSize: Sendable {
  let bytes: UInt32

  init(bytes: UInt32) { self.bytes = bytes }

  init(parsing argument: String) throws(ValidationError) {
    let unit: UInt32
    switch argument.last {
    case "K", "k": unit = 1024
    case "M", "m": unit = 1024 * 1024
    default: unit = 1
    }
    let digits = unit == 1 ? argument[...] : argument.dropLast()
    guard let number = UInt32(digits),
      case (let bytes, false) =
        number.multipliedReportingOverflow(by: unit)
    else { throw ValidationError("give a power of two from 4K to 1M, such as 128K") }
    self.bytes = bytes
  }

  /// The size in the units that it is given in.
  var text: String { Output.binaryBytes(bytes) }
}

/// A compressor's name as an argument.
struct CompressorName: ExpressibleByArgument {
  let value: Compressor

  init(_ value: Compressor) { self.value = value }

  init?(argument: String) {
    guard let value = Compressor(name: argument), value.levels != nil else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value.name }

  static var allValueStrings: [String] {
    Compressor.allCases.filter { $0.levels != nil }.map(\.name)
  }
}

extension Output {
  /// A block size for people, in the units `--block-size` takes.
  static func binaryBytes(_ count: UInt32) -> String {
    if count >= 1 << 20, count % (1 << 20) == 0 { return "\(count >> 20)M" }
    if count >= 1 << 10, count % (1 << 10) == 0 { return "\(count >> 10)K" }
    return "\(count)"
  }
}
