/// Who may see an image in a node's views (firn-store(5), "Access").
public struct ImageAccess: Hashable, Sendable {
  /// Who may see something.
  public enum Visibility: String, Hashable, Sendable, Codable, CaseIterable {
    /// Its owner, and root.
    case owner
    /// Also the members of its group.
    case group
    /// Everybody.
    case world
  }

  /// The user id of who may always see it.
  public var owner: UInt32
  /// The group id that `group` means.
  public var group: UInt32
  /// Who may see it.
  public var visibility: Visibility

  /// Makes an access rule.
  public init(owner: UInt32 = 0, group: UInt32 = 0, visibility: Visibility = .world) {
    self.owner = owner
    self.group = group
    self.visibility = visibility
  }

  /// Whether a user may see what the rule is for; root may see everything.
  public func admits(user: UInt32, groups: some Sequence<UInt32>) -> Bool {
    switch visibility {
    case .world: true
    case .group: user == 0 || user == owner || groups.contains(group)
    case .owner: user == 0 || user == owner
    }
  }
}

extension ImageAccess: Codable {}
