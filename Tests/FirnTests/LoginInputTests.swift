import Failures
import Testing

@testable import firn

@Suite("What is given to log in")
struct LoginInputTests {
  @Test("a password is all of the input but one end of a line")
  func passwords() {
    func password(_ text: String) -> String? { LoginInput.password(in: Array(text.utf8)) }
    #expect(password("p w\n") == "p w" && password("p\r\n") == "p" && password("p\n\n") == "p\n")
    #expect(password("") == nil && password("\n") == nil)
    #expect(LoginInput.password(in: [0xFF]) == nil)
  }

  @Test("an answer that is none is an error that says what to do", arguments: [nil, ""])
  func answers(answer: String?) throws {
    let error = #expect(throws: Failure.self) { try LoginInput.required(answer, "user") }
    #expect(error?.code == .usage && error?.sentence.contains("no user") == true)
    #expect(error?.nextStep?.contains("--username") == true)
    #expect(try LoginInput.required(" ", "user") == " ")
  }

  @Test("a user that is none is an error that says what to do", arguments: ["", "a:b"])
  func users(user: String) throws {
    let error = #expect(throws: Failure.self) { try LoginInput.check(user: user) }
    #expect(error?.code == .usage && error?.nextStep?.contains("--username") == true)
    try LoginInput.check(user: "a b")
  }
}
