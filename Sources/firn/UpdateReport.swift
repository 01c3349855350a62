internal import Commands
internal import Digests
internal import Failures
internal import ImageImport

/// What was found out about one image, or why nothing was.
struct UpdateReport: Encodable {
  /// What there is to say in a word.
  enum State: String, Encodable {
    case current
    case newer
    case unknown
  }

  let name: String
  let state: State
  let id: String?
  let source: String?
  let digest: String?
  let error: String?
  let message: String?
  let cause: String?
  let next: String?
  /// Why nothing was found out.
  let failure: Failure?

  private enum CodingKeys: String, CodingKey {
    case name, state, id, source, digest, error, message, cause, next
  }

  /// Asks, and reports what came of it.
  ///
  /// - Parameter asking: Says which source is asked as soon as it knows.
  init(
    _ name: String, asking: (_ source: inout String?) async throws -> UpdateCheck.Finding
  ) async {
    var source: String?
    do {
      self.init(try await asking(&source))
    } catch {
      self.init(name, Failure(presenting: error), source: source)
    }
  }

  /// A report of what was found.
  init(_ finding: UpdateCheck.Finding) {
    name = finding.name
    state = finding.isNewer ? .newer : .current
    id = finding.id
    source = finding.source
    digest = "\(finding.digest)"
    (error, message, cause, next) = (nil, nil, nil, nil)
    failure = nil
  }

  /// A report of a failure.
  init(_ name: String, _ failure: Failure, source: String? = nil) {
    self.name = name
    state = .unknown
    id = nil
    self.source = source
    digest = nil
    error = failure.code.rawValue
    message = failure.sentence
    cause = failure.cause
    next = failure.nextStep
    self.failure = failure
  }

  /// Cause and next step, too, on one line.
  private var reason: String {
    Program.printable((failure?.description ?? "").replacing("\n", with: "; "))
  }

  /// A line for people.
  var line: String {
    switch state {
    case .current: "\(name): current"
    case .newer: "\(name): newer in \(source ?? ""), \(digest ?? "")"
    case .unknown: "\(name): unknown, \(reason)"
    }
  }
}
