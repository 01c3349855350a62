import Testing

@testable import Registry

@Suite("Challenges")
struct ChallengeTests {
  @Test(
    "one field holds one or several challenges",
    arguments: [
      (
        #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io""#,
        ["bearer realm=https://auth.docker.io/token service=registry.docker.io"]
      ),
      (#"Basic realm="Registry Realm""#, ["basic realm=Registry Realm"]),
      (
        #"BASIC REALM="a, b", bearer Realm=x ,Scope="pull,push""#,
        ["basic realm=a, b", "bearer realm=x scope=pull,push"]
      ),
      (#"Negotiate, Basic realm="x""#, ["negotiate", "basic realm=x"]),
      (#"Negotiate YII/a+b==, Bearer realm="x""#, ["negotiate", "bearer realm=x"]),
      (
        #"Bearer realm = "a\"b\\c" , error="invalid_token""#,
        [#"bearer error=invalid_token realm=a"b\c"#]
      ),
      (#"Bearer realm="a",realm="b""#, ["bearer realm=a"]),
      (#", ,Basic realm="x",,"#, ["basic realm=x"]),
      ("Negotiate", ["negotiate"]),
      ("", []), (",", []), ("=", []), (#"realm="x""#, []),
      (#"Basic realm="open"#, ["basic"]),
      (#"Basic realm="a", Bearer realm="#, ["basic realm=a", "bearer"]),
    ])
  func fields(field: String, expected: [String]) {
    let found = Challenge.parse([field]).map { challenge in
      ([challenge.scheme] + challenge.parameters.sorted { $0.key < $1.key }.map { "\($0)=\($1)" })
        .joined(separator: " ")
    }
    #expect(found == expected)
  }

  @Test("several fields are read one after the other")
  func severalFields() {
    let found = Challenge.parse([#"Basic realm="x""#, #"Bearer realm="y""#])
    #expect(found.map(\.scheme) == ["basic", "bearer"])
  }
}
