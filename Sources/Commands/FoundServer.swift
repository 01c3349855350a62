internal import Failures
internal import NodeService
internal import SystemPackage

/// A server that was looked for: what it says, or why it says nothing.
enum FoundServer: Encodable {
  case answer(ServerStatus)
  case silence(StatusError)

  /// What the status of a server that says nothing has.
  private struct Silence: Encodable {
    let format = ServerStatus.currentFormat
    let mount: String
    let problems: [String]
  }

  init(_ result: Result<ServerStatus, StatusError>) {
    switch result {
    case .success(let status): self = .answer(status)
    case .failure(let error): self = .silence(error)
    }
  }

  /// Where it is mounted.
  var mount: String {
    switch self {
    case .answer(let status): status.mount
    case .silence(let error): error.mountPoint.string
    }
  }

  /// What is not as it should be.
  var problems: [String] {
    switch self {
    case .answer(let status): status.problems
    case .silence(let error): [error.failure.reason]
    }
  }

  /// The status as the server says it, or a part of one.
  func encode(to encoder: any Encoder) throws {
    switch self {
    case .answer(let status): try status.encode(to: encoder)
    case .silence: try Silence(mount: mount, problems: problems).encode(to: encoder)
    }
  }
}
