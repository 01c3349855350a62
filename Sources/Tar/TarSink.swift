/// What receives the events of a ``TarParser``.
///
/// For every member, in the order of the archive: one ``begin(_:)``; for a regular file then
/// ``data(_:)`` and ``hole(_:)``, whose counts add up to ``TarEntry/size``; one ``end()``. An
/// error thrown by a sink leaves the parser by ``TarParser/consume(_:into:)`` as it is and ends
/// the parse.
public protocol TarSink: ~Copyable {
  /// A member starts.
  mutating func begin(_ entry: TarEntry) throws
  /// The next bytes of the content: never empty, and valid only during the call.
  ///
  /// How content is cut into calls depends on how the archive was cut; the bytes do not.
  mutating func data(_ bytes: RawSpan) throws
  /// The next `count` bytes of a sparse file's content are zero and not in the archive.
  ///
  /// Each hole is one call, `count` is not 0, and two holes never follow each other directly.
  mutating func hole(_ count: UInt64) throws
  /// The member is complete.
  mutating func end() throws
}
