import AdditionalImageStore
import Testing

@Suite("Names for Podman")
struct PodmanNameTests {
  @Test(
    "a name gets the host and tag it lacks",
    arguments: [
      ("demo", "localhost/demo:latest"), ("demo:1", "localhost/demo:1"),
      ("team/demo", "localhost/team/demo:latest"), ("localhost/demo", "localhost/demo:latest"),
      ("quay.io/a/b", "quay.io/a/b:latest"), ("127.0.0.1:5000/x:y", "127.0.0.1:5000/x:y"),
      ("host:5000/x", "host:5000/x:latest"),
      ("docker.io/library/debian:12", "docker.io/library/debian:12"),
    ])
  func completed(name: String, full: String) { #expect(PodmanName.full(name) == full) }
}
