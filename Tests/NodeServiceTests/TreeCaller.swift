import FUSE

/// Who asks in these tests.
enum TreeCaller {
  static let user = Caller(uid: 1000, gid: 1000, pid: 1)
}
