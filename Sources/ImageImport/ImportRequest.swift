public import OCI
public import Store

/// What to import, as what, and for whom.
public struct ImportRequest: Sendable {
  /// The names in the store; empty for those the source suggests.
  public var names: [String]
  /// For which platform; nil for this machine's, or whatever a single image is for.
  public var platform: Platform?
  /// What the user asked for, for the store's log: no credentials.
  public var text: String
  /// Who imports: the owner of a new image.
  public var owner: UInt32
  /// The importer's own group: a new image's, where neither the store nor ``group`` names one.
  public var primaryGroup: UInt32
  /// Who is to see the image; nil for the store's rule, or that of an image which is there already.
  public var visibility: ImageAccess.Visibility?
  /// The group of the image's rule; nil as above.
  public var group: UInt32?

  /// Where the image comes from, as far as it can be asked there again.
  public var origin: ImageOrigin?

  /// Whether it comes from files, so that no registry can be asked about the names it gets.
  public var isLocal = false

  /// Whether it is only to make an image whole that the store has: one that it does not have is
  /// refused, and no names are given.
  public var isRepair = false

  /// Makes a request.
  public init(
    names: [String] = [], platform: Platform? = nil, text: String, owner: UInt32 = 0,
    primaryGroup: UInt32 = 0, visibility: ImageAccess.Visibility? = nil, group: UInt32? = nil
  ) {
    self.names = names
    self.platform = platform
    self.text = text
    self.owner = owner
    self.primaryGroup = primaryGroup
    self.visibility = visibility
    self.group = group
  }

  /// What the store's log says: what was asked for, and which image that is under which names.
  func logText(id: String, names: [String]) -> String {
    let isNamed = names.isEmpty ? "" : " as " + names.joined(separator: " ")
    return "\(text)\(isNamed) (\(id.prefix(12)))"
  }

  /// The rule of a new image in a store.
  func rule(in access: StoreAccess) -> ImageAccess {
    changed(access.rule(owner: owner, primary: primaryGroup))
  }

  /// A rule with what was asked for.
  private func changed(_ rule: ImageAccess) -> ImageAccess {
    ImageAccess(
      owner: rule.owner, group: group ?? rule.group, visibility: visibility ?? rule.visibility)
  }

  /// Whether an image that is there has a rule other than what was asked for.
  func changesRule(of image: ImageRecord) -> Bool { changed(image.access) != image.access }

  /// A catalog whose image has the rule that was asked for; the same where nothing was.
  func applied(to id: String, in catalog: Catalog) throws(StoreError) -> Catalog {
    try catalog.changing(id, access: changed(try catalog.image(id).access))
  }

  /// Whether names of an image would get another origin than they have.
  func changesOrigins(of image: ImageRecord, _ names: [String]) -> Bool {
    guard let origin else { return false }
    let origins = ImageOrigins(of: image)
    return names.contains { origins.origin(of: $0) != origin }
  }

  /// A catalog whose image has the origin of the request under the names it was given.
  ///
  /// - Parameter old: The catalog before, whose origins of other names stay.
  func originated(
    _ id: String, _ names: [String], since old: Catalog, in catalog: Catalog
  ) throws(StoreError) -> Catalog {
    let former = old.images.first { $0.id == id }
    var origins = ImageOrigins(of: former)
    if let origin {
      for name in names { origins.set(origin, of: name) }
    } else if isLocal {
      // The same image under a name that it has: files say nothing of where that came from.
      for name in names where former?.names.contains(name) != true { origins.setLocal(name) }
    }
    return try catalog.changing(
      id, attribute: ImageRecord.originsAttribute, to: origins.attributeValue)
  }
}
