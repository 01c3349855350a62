public import SystemPackage

/// What became of the wish to give a directory a layout.
public enum LayoutOutcome: Equatable, Sendable {
  /// It was set, and reads back as it was set.
  case set
  /// The file system is not Lustre: nothing was tried.
  case notLustre
  /// Lustre refused it, or the directory could not be asked.
  case refused(SystemError)
  /// Lustre took it and kept something else; nil is no layout at all.
  ///
  /// A site that lets only some groups set layouts (`enable_setstripe_gid`) ignores others silently.
  case differs(LustreAttribute?)
}

extension LustreLayout {
  /// The extended attribute that anybody who may write a directory may set.
  public static let attributeName = "lustre.lov"

  /// Makes this the layout of all files that are made in a directory from now on.
  ///
  /// What the directory has is always read back, and the pool it had is kept where this layout
  /// names none. Idempotent.
  ///
  /// - Parameter attribute: ``attributeName``, which is tried on Lustre only. Any other is set on
  ///   every file system.
  public func set(
    on directory: FilePath, attribute: String = LustreLayout.attributeName
  ) -> LayoutOutcome {
    do throws(SystemError) {
      if attribute == Self.attributeName {
        guard try FileSystemKind(holding: directory) == .lustre else { return .notLustre }
      }
      var wanted = self
      if pool == nil, case .plain(let old) = try LustreAttribute(of: directory, attribute) {
        wanted.pool = old.pool
      }
      guard let value = wanted.encoded else {
        throw SystemError("fsetxattr", directory, .invalidArgument)
      }
      try OwnedDescriptor(opening: directory, .directory).setAttribute(attribute, value)
      let actual = try LustreAttribute(of: directory, attribute)
      if case .plain(let layout) = actual, layout.hasSameStripes(as: self) { return .set }
      return .differs(actual)
    } catch {
      return .refused(error)
    }
  }
}

extension LustreAttribute {
  /// Reads the layout that a directory gives to files made in it; nil when it has none of its own.
  public init?(
    of directory: FilePath, _ attribute: String = LustreLayout.attributeName
  ) throws(SystemError) {
    let descriptor = try OwnedDescriptor(opening: directory, .directory)
    guard let value = try descriptor.attribute(attribute) else { return nil }
    self.init(decoding: value)
  }
}
