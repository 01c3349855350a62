internal import OCI
internal import SystemPackage

/// Makes repository names of file names.
enum LocalName {
  /// `localhost/` and the last component of a path without its extension, in lower case, with
  /// everything that a repository's name cannot have replaced by `-`.
  static func repository(for path: FilePath) -> String {
    let stem = path.lexicallyNormalized().stem?.lowercased() ?? ""
    let words = stem.split { character in
      !(character.isASCII && (character.isLetter || character.isNumber))
    }
    return words.isEmpty ? "localhost/image" : "localhost/\(words.joined(separator: "-"))"
  }
}
