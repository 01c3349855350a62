/// What a file in `staging/` contains, for people (firn-store(5), "Staging").
struct StagingNote: Codable, Equatable {
  var purpose: String
  var writer: String
  var started: Int64
}
