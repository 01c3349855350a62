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
  /// How well the bundle that the image had suited this start.
  let before: Before?

  /// The bundle before, in pages.
  struct Before: Encodable {
    let usedPages: Int
    let unusedPages: Int
    let missingPages: Int

    init(_ fit: BundleFit) {
      (usedPages, unusedPages, missingPages) = (fit.used, fit.unused, fit.missing)
    }
  }

  init(_ image: String, _ summary: BundleBuilder.Summary, before: BundleFit? = nil) {
    self.before = before.map { Before($0) }
    self.image = image
    pages = summary.pages
    files = summary.files
    contentBytes = summary.contentBytes
    bundleBytes = summary.fileSize
    leftOutPages = summary.leftOut
  }

  /// One line, and another of the bundle before.
  var lines: [String] {
    [line]
      + (before.map { before in
        [
          "of the bundle before, this start read \(before.usedPages) pages and did not read "
            + "\(before.unusedPages); \(before.missingPages) were missing in it"
        ]
      } ?? [])
  }

  private var line: String {
    let left = leftOutPages == 0 ? "" : "; \(leftOutPages) pages found no room"
    return
      "\(image): \(Output.bytes(bundleBytes)) start bundle for \(Output.bytes(contentBytes)) of "
      + "\(files) files\(left)"
  }

  /// Prints it.
  func write(asJSON: Bool) throws {
    if asJSON { try Output.json(self) } else { Output.lines(lines) }
  }
}
