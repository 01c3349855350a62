internal import Failures
internal import Linux
internal import Store
public import SystemPackage

/// A store and the file system it is on, as they are found.
///
/// It may hang as long as the file system does: call it in a process that somebody else watches.
public struct StoreSite: Sendable {
  private let root: FilePath
  private let partner: PartnerLaunch

  /// Names a store's directory.
  ///
  /// - Parameter partner: How to start the second process that tries the file system out.
  public init(_ root: FilePath, partner: PartnerLaunch) {
    self.root = root
    self.partner = partner
  }

  private var name: String { root.string }

  /// Makes all checks of a store; what it writes in `staging/` is gone afterwards.
  public func check() -> [CheckResult] {
    let kind: FileSystemKind
    do throws(SystemError) {
      kind = try FileSystemKind(holding: root)
    } catch {
      return [
        CheckResult(
          FileSystemCheck.name, of: name, .problem, "the directory cannot be asked about: \(error)",
          nextStep: "Check the path, and that the file system is mounted on this host")
      ]
    }
    let opened = Result { () throws(StoreError) in try Store.open(PosixDirectory(root)) }
    return [
      FileSystemCheck(store: name, kind: kind, options: mountOptions).result,
      state(opened), directories, layout(try? opened.get(), kind),
    ] + [freeSpace].compactMap { $0 } + ProbeSite(root, partner: partner).check()
  }

  private var mountOptions: [String] {
    guard let table = try? MountTable.current(), let path = try? Mounts.resolve(root) else {
      return []
    }
    let holder = table.entries.filter { path.starts(with: $0.mountPoint) }
      .max { $0.mountPoint.components.count <= $1.mountPoint.components.count }
    return (holder?.options ?? []) + (holder?.fileSystemOptions ?? [])
  }

  private func state(_ opened: Result<Store, StoreError>) -> CheckResult {
    let state: Result<StoreStateCheck.State, Failure>
    do throws(StoreError) {
      let catalog = try opened.get().newest()
      state = .success(
        StoreStateCheck.State(
          generation: catalog.generation, images: catalog.images.count,
          written: catalog.operation.time))
    } catch {
      state = .failure(error.failure)
    }
    return StoreStateCheck(store: name, state: state, now: WallClock.seconds()).result
  }

  private var directories: CheckResult {
    DirectoryCheck(
      store: name,
      directories: StoreArea.allCases.map { area in
        do throws(SystemError) {
          let status = try FileStatus(of: path(area))
          let access = DirectoryCheck.Access(mode: status.mode, uid: status.uid, gid: status.gid)
          return (area: area, access: .success(access))
        } catch {
          return (area: area, access: .failure(error))
        }
      }
    ).result
  }

  private func layout(_ store: Store?, _ kind: FileSystemKind) -> CheckResult {
    let policy = kind == .lustre ? store?.description.striping : nil
    let layouts = policy.map { policy in
      StoreArea.allCases.map { area in
        let actual = Result { () throws(SystemError) in try LustreAttribute(of: path(area)) }
        return LayoutCheck.Layout(
          area: area, wanted: policy.layout(of: area).lustre, actual: actual)
      }
    }
    return LayoutCheck(store: name, kind: kind, layouts: layouts ?? []).result
  }

  private var freeSpace: CheckResult? {
    (try? FreeSpace(of: root)).map { FreeSpaceCheck(store: name, space: $0).result }
  }

  private func path(_ area: StoreArea) -> FilePath {
    area == .root ? root : root.appending(area.rawValue)
  }
}
