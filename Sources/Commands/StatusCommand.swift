public import ArgumentParser
internal import Failures
internal import Linux
internal import NodeService
internal import SystemPackage

/// `firn status [MOUNT]`.
public struct StatusCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say how running servers are, and what they have done.",
    discussion: """
      Asks the server of MOUNT, or all servers of this machine that it may ask, over their sockets; \
      mounts are never touched, so that one that hangs does no harm. The first line of each says \
      whether all is well. The exit status is 72 when something is not, and 73 when nothing is \
      served.
      """)

  @OptionGroup var json: JSONOption

  @Argument(help: "Where it is mounted; otherwise all servers of this machine.")
  var mount: String?

  /// Makes the command without values.
  public init() {}

  /// Asks and prints.
  public func run() throws {
    let found = try mount.map { [.answer(try StatusQuery().ask(FilePath($0)))] } ?? askAll()
    if json.isOn {
      try Output.json(found)
    } else {
      Output.lines(found.map { StatusText($0).lines }.joined(separator: [""]))
    }
    let problems = found.flatMap(\.problems).count
    guard problems == 0 else {
      throw Failure(
        .siteProblem, problems == 1 ? "there is a problem" : "there are \(problems) problems")
    }
  }

  /// Those that have sockets, those that should have, and the one that the configuration names.
  private func askAll() throws -> [FoundServer] {
    let query = StatusQuery()
    var found = query.askAll().map { FoundServer($0) }
    func isNew(_ place: FilePath) -> Bool { !found.contains { $0.mount == place.string } }
    for mount in try StatusQuery.mounts() where isNew(mount.mountPoint) && isOurs(mount) {
      found.append(FoundServer(Result { () throws(StatusError) in try query.ask(mount) }))
    }
    if let configured = try Configuration.current().mount.map({ FilePath($0) }),
      isNew((try? Mounts.resolve(configured)) ?? configured)
    {
      found.append(FoundServer(Result { () throws(StatusError) in try query.ask(configured) }))
    }
    guard !found.isEmpty else {
      throw Failure(
        .mountPoint, "no server of Firn was found on this machine",
        nextStep: "Start one with firn serve or firn mount, or name its mount")
    }
    return found
  }

  /// Whether a mount was made by root, whose servers everybody may ask, or by this user.
  private func isOurs(_ mount: MountTableEntry) -> Bool {
    let user = effectiveUser()
    return user == 0 || mount.fileSystemOptions.contains("user_id=0")
      || mount.fileSystemOptions.contains("user_id=\(user)")
  }
}
