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
  /// Why nothing was found out.
  let failure: Failure?

  private enum CodingKeys: String, CodingKey { case name, state, id, source, digest, error }

  /// Asks, and reports what came of it.
  init(_ name: String, asking: () async throws -> UpdateCheck.Finding) async {
    do {
      self.init(try await asking())
    } catch {
      self.init(name, Failure(presenting: error))
    }
  }

  /// A report of what was found.
  init(_ finding: UpdateCheck.Finding) {
    name = finding.name
    state = finding.isNewer ? .newer : .current
    id = finding.id
    source = finding.source
    digest = "\(finding.digest)"
    error = nil
    failure = nil
  }

  /// A report of a failure.
  init(_ name: String, _ failure: Failure) {
    self.name = name
    state = .unknown
    id = nil
    source = nil
    digest = nil
    error = failure.code.rawValue
    self.failure = failure
  }

  /// A line for people.
  var line: String {
    switch state {
    case .current: "\(name): current"
    case .newer: "\(name): newer in \(source ?? ""), \(digest ?? "")"
    case .unknown: "\(name): unknown, \(failure?.sentence ?? "")"
    }
  }
}
