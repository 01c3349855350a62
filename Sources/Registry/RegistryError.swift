public import Failures
public import Linux
public import OCI

/// Why something could not be had from a registry.
///
/// No case ever holds a secret.
public enum RegistryError: Error, Equatable, Sendable {
  /// The registry could not be reached, or the connection broke. Worth another attempt.
  case unreachable(registry: String, reason: String)
  /// Nothing came for as long as the idle timeout. Worth another attempt.
  case stalled(registry: String, after: Duration)
  /// The registry asked to come back later (408, 429, 5xx). Worth another attempt.
  case overloaded(registry: String, status: Int, retryAfter: Duration?, reason: String)
  /// The registry's certificate is not trusted.
  case untrusted(registry: String, reason: String)
  /// What answers is no registry.
  case notRegistry(registry: String, reason: String)
  /// The registry wants credentials, or refuses those it got. `source` says where they were from.
  case unauthorized(repository: String, source: String?, reason: String)
  /// The registry has no such repository, tag or blob.
  case notFound(String, reason: String)
  /// The registry refused a request for another reason.
  case refused(registry: String, status: Int, reason: String)
  /// A redirect that is not followed.
  case badRedirect(registry: String, reason: String)
  /// registries.conf(5) forbids the registry.
  case blocked(String, by: String)
  /// A configuration file or an option is wrong.
  case configuration(file: String, reason: String)
  /// There are no credentials to remove.
  case notLoggedIn(registry: String, file: String)
  /// A program that keeps credentials failed.
  case credentialHelper(String, reason: String)
  /// The file that credentials are kept in by default cannot be written.
  case noLoginPlace(file: String, SystemError)
  /// Neither a mirror nor the registry itself had it; the registry's own error and the cause of
  /// each.
  indirect case nowhere(RegistryError, causes: [String])
  /// A document or blob is not what it should be.
  case content(OCIError)
  /// The operating system refused something.
  case system(SystemError)
  /// The task was cancelled.
  case cancelled

  /// Whether the same request may succeed a little later.
  var isTransient: Bool {
    switch self {
    case .unreachable, .stalled, .overloaded: true
    case .nowhere(let error, _): error.isTransient
    default: false
    }
  }

  /// How long the registry asked to wait before the next attempt.
  var retryAfter: Duration? {
    if case .overloaded(_, _, let wait, _) = self { wait } else { nil }
  }

  /// Presents whatever a dependency threw.
  init(_ error: any Error, registry: String) {
    switch error {
    case let error as RegistryError: self = error
    case let error as OCIError: self = .content(error)
    case let error as SystemError: self = .system(error)
    case is CancellationError: self = .cancelled
    default: self = .unreachable(registry: registry, reason: String(describing: error))
    }
  }
}

extension RegistryError: FailureConvertible {
  /// The error as a sentence with what to do next.
  public var failure: Failure {
    switch self {
    case .unreachable(let registry, let reason):
      Failure(
        .registryUnreachable, "the registry \(registry) cannot be reached", cause: reason,
        nextStep: "Check the host name, the network and the proxy settings")
    case .stalled(let registry, let time):
      Failure(
        .registryUnreachable,
        "the registry \(registry) sent nothing for \(time.components.seconds) s",
        nextStep: "Run the command again later")
    case .overloaded(let registry, let status, _, let reason):
      Failure(
        .registryUnreachable, "the registry \(registry) answered with status \(status)",
        cause: Self.words(reason, status), nextStep: "Run the command again later")
    case .untrusted(let registry, let reason):
      Failure(
        .registryUnreachable, "the certificate of the registry \(registry) is not trusted",
        cause: reason,
        nextStep:
          "Give its authority's certificate with --cert-dir or certs.d, or --tls-verify=false")
    case .notRegistry(let registry, let reason):
      Failure(
        .registryUnreachable, "\(registry) does not answer as a registry", cause: reason,
        nextStep: "Check host and port; give --tls-verify=false for one without TLS")
    case .unauthorized(let repository, let source, let reason):
      unauthorized(repository, source, reason)
    case .notFound(let what, let reason):
      Failure(
        .sourceNotFound, "the registry has no \(what)", cause: reason,
        nextStep: "Check the spelling of the repository, tag or digest")
    case .refused(let registry, let status, let reason):
      Failure(
        .registryUnreachable, "the registry \(registry) refused a request with status \(status)",
        cause: Self.words(reason, status),
        nextStep: "Check the reference, or ask whoever runs the registry")
    default:
      localFailure
    }
  }

  /// What a registry said beside the status, which the sentence has already.
  private static func words(_ reason: String, _ status: Int) -> String? {
    guard reason.hasPrefix("status \(status)") else { return reason }
    let rest = reason.dropFirst("status \(status), ".count)
    return rest.isEmpty ? nil : String(rest)
  }

  private func unauthorized(_ repository: String, _ source: String?, _ reason: String) -> Failure {
    if let source {
      return Failure(
        .unauthorized, "access to \(repository) is denied with the credentials from \(source)",
        cause: reason, nextStep: "Check user, password and permission, or log in again")
    }
    return Failure(
      .unauthorized, "access to \(repository) is denied without credentials", cause: reason,
      nextStep: "Give --creds or --authfile, or log in with 'firn login'; check the spelling")
  }

  private var localFailure: Failure {
    switch self {
    case .badRedirect(let registry, let reason):
      Failure(
        .registryUnreachable, "a redirect of the registry \(registry) is not followed",
        cause: reason, nextStep: "Ask whoever runs the registry to correct it")
    case .blocked(let name, let file):
      Failure(
        .configuration, "'\(name)' is blocked by \(file)",
        nextStep: "Use another registry, or ask the administrator")
    case .configuration(let file, let reason):
      Failure(
        .configuration, "\(file) cannot be used", cause: reason,
        nextStep: "Correct it, or the option or variable that names it")
    case .notLoggedIn(let registry, let file):
      Failure(
        .configuration, "there are no credentials for \(registry) in \(file)",
        nextStep: "Check the spelling, or name the file that has them with --authfile")
    case .credentialHelper(let program, let reason):
      Failure(
        .configuration, "the program \(program) did not do what it is for", cause: reason,
        nextStep: "Check that it is installed and works, or take it out of the file that names it")
    case .noLoginPlace(let file, let error):
      Failure(
        .permissionDenied, "credentials cannot be kept in \(file)", cause: error.description,
        nextStep: "Set XDG_RUNTIME_DIR, or give --authfile FILE")
    case .nowhere(let error, let causes):
      Failure(
        error.failure.code, error.failure.sentence, cause: causes.joined(separator: "\n"),
        nextStep: error.failure.nextStep)
    case .content(let error): error.failure
    case .system(let error): error.failure
    case .cancelled: Failure(.interrupted, "the download was stopped")
    default: Failure(.internalError, "something unexpected happened at a registry")
    }
  }
}

extension RegistryError: CustomStringConvertible {
  /// The failure on one line.
  public var description: String { failure.description }
}
