public import ArgumentParser
internal import Linux
public import Store

/// Who may see something, as an argument: owner, group or world.
public struct VisibilityName: ExpressibleByArgument, Sendable {
  /// What was named.
  public let value: ImageAccess.Visibility

  /// Names a visibility.
  public init(_ value: ImageAccess.Visibility) { self.value = value }

  /// Reads the word.
  public init?(argument: String) {
    guard let value = ImageAccess.Visibility(rawValue: argument) else { return nil }
    self.value = value
  }

  /// The word, for the help text.
  public var defaultValueDescription: String { value.rawValue }

  /// All words.
  public static var allValueStrings: [String] { ImageAccess.Visibility.allCases.map(\.rawValue) }
}

/// A group as an argument: a name that this machine knows, or a number.
///
/// For options with a transform, as ``DurationArgument``.
public struct GroupName: Sendable {
  /// The group's id.
  public let gid: UInt32

  /// Looks the name up; the number of a group that nobody knows is a group too.
  public init(parsing argument: String) throws(ValidationError) {
    guard let gid = GroupAccount(name: argument)?.gid ?? accountNumber(argument) else {
      throw ValidationError("there is no group '\(argument)' on this machine")
    }
    self.gid = gid
  }
}

/// A user as an argument: a name that this machine knows, or a number.
struct UserName: Sendable {
  let uid: UInt32

  init(parsing argument: String) throws(ValidationError) {
    guard let uid = UserAccount(name: argument)?.uid ?? accountNumber(argument) else {
      throw ValidationError("there is no user '\(argument)' on this machine")
    }
    self.uid = uid
  }
}

/// The number of a user or group; 2^32 - 1 means none (chown(2)).
private func accountNumber(_ text: String) -> UInt32? {
  UInt32(text).flatMap { $0 == .max ? nil : $0 }
}

/// The options that say who sees an image.
public struct AccessOptions: ParsableArguments {
  @Option(
    name: .customLong("visibility"),
    help: ArgumentHelp("Who sees the image: owner, group or world.", valueName: "who"))
  var visibilityName: VisibilityName?

  @Option(
    name: .customLong("group"),
    help: ArgumentHelp("The group that may see it, by name or number.", valueName: "group"),
    transform: GroupName.init(parsing:))
  var groupName: GroupName?

  /// Makes the options without values.
  public init() {}

  /// Who sees the image, where that was said.
  public var visibility: ImageAccess.Visibility? { visibilityName?.value }

  /// The id of the group, where one was named.
  public var group: UInt32? { groupName?.gid }
}

extension ImageAccess {
  /// The rule in a word, for a table: `world`, `group:NAME` or `owner:NAME`.
  public var shortText: String {
    switch visibility {
    case .world: "world"
    case .group: "group:\(Self.groupText(group))"
    case .owner: "owner:\(Self.userText(owner))"
    }
  }

  /// A user's name, or the number of one without.
  static func userText(_ uid: UInt32) -> String { UserAccount(uid: uid)?.name ?? "\(uid)" }

  /// A group's name, or the number of one without.
  static func groupText(_ gid: UInt32) -> String { GroupAccount(gid: gid)?.name ?? "\(gid)" }
}
