/// What went wrong, in a form a person can act on and a program can match.
///
/// A failure has a stable code, one sentence, optionally the cause one level down, and optionally
/// the next step: what the reader should do. It never contains a secret: whoever makes one shows
/// URLs without user information and never quotes a credential.
public struct Failure: Error, Sendable, Equatable {
  /// The stable name; it decides the exit status.
  public let code: FailureCode
  /// One sentence without a final period that says what could not be done, to what.
  public let sentence: String
  /// Why, one level down: usually another error's description.
  public let cause: String?
  /// What to do about it, as an imperative sentence.
  public let nextStep: String?

  /// Makes a failure.
  public init(
    _ code: FailureCode, _ sentence: String, cause: String? = nil, nextStep: String? = nil
  ) {
    self.code = code
    self.sentence = sentence
    self.cause = cause
    self.nextStep = nextStep
  }
}

extension Failure {
  /// Sentence and cause on one line, for the cause of another failure: what to do next is for that
  /// one to say.
  public var reason: String { cause.map { "\(sentence): \($0)" } ?? sentence }
}

extension Failure: CustomStringConvertible {
  /// The failure on one line: sentence, cause and next step.
  public var description: String {
    nextStep.map { "\(reason). \($0)" } ?? reason
  }
}

/// An error that knows how to present itself as a ``Failure``.
///
/// Modules with a closed set of errors throw their own type and conform it to this protocol, so
/// that the command shows every error in the same form.
public protocol FailureConvertible: Error {
  /// The same error as code, sentence, cause and next step.
  var failure: Failure { get }
}

extension Failure: FailureConvertible {
  /// The failure itself.
  public var failure: Failure { self }
}

extension Failure {
  /// Presents any error as a failure; one that does not know how becomes `internal-error`.
  public init(presenting error: any Error) {
    if let convertible = error as? any FailureConvertible {
      self = convertible.failure
    } else {
      self = Failure(
        .internalError, "something unexpected happened", cause: String(describing: error),
        nextStep: "Please report this with the command that caused it")
    }
  }
}
