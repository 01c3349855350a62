internal import StartBundles

/// What a start bundle has become, for people and programs.
struct BundleReport: Encodable {
  let image: String
  let pages: Int
  let files: Int
  let contentBytes: UInt64
  let bundleBytes: UInt64
  /// The pages that found no room.
  let leftOutPages: Int

  init(_ image: String, _ summary: BundleBuilder.Summary) {
    self.image = image
    pages = summary.pages
    files = summary.files
    contentBytes = summary.contentBytes
    bundleBytes = summary.fileSize
    leftOutPages = summary.leftOut
  }

  /// One line.
  var line: String {
    let left = leftOutPages == 0 ? "" : "; \(leftOutPages) pages found no room"
    return
      "\(image): \(Output.bytes(bundleBytes)) start bundle for \(Output.bytes(contentBytes)) of "
      + "\(files) files\(left)"
  }

  /// Prints it.
  func write(asJSON: Bool) throws {
    if asJSON { try Output.json(self) } else { Output.lines([line]) }
  }
}
