internal import Digests
internal import Failures
internal import Flattening
internal import Logging
internal import SquashFS
public import Store

extension Importer {
  /// Links an image anew whose object is damaged, and publishes it, with nothing but what the store
  /// has: the object's own documents and list of layers, the layers' recipes, and their blocks.
  ///
  /// - Returns: False, with nothing published, when something of that is missing, or the same root
  ///   blob would not come out of it.
  /// - Throws: What reading and writing the store throws.
  public func relink(_ image: ImageRecord) throws -> Bool {
    guard let ingredients = try store.ingredients(ofDamaged: image.object) else { return false }
    let staging = try store.stage(purpose: "link image \(image.id) anew")
    defer { staging.finish() }
    guard var object = try linked(ingredients) else { return false }
    object.documents = ingredients.documents
    guard object.rootIdentity == image.rootIdentity else { return false }
    let name = try staging.write(object)
    let text = "link image \(image.id) anew"
    try store.publish(text, staging: staging) { catalog throws(StoreError) in
      try catalog.relocating(image.object, to: name, using: object.packs)
        .dropping(objects: [image.object], packs: [])
    }
    return true
  }

  private func linked(_ ingredients: ImageIngredients) throws -> ImageObject? {
    let index = try BlockIndex(loading: try store.newest(), of: store)
    var linker = try ImageLinker(store.parameters)
    for layer in ingredients.layers {
      guard let recipe = try? store.recipe(layer),
        recipe.blocks.allSatisfy({ index.block($0.content)?.block == $0 })
      else { return nil }
      do {
        try linker.add(recipe)
      } catch {
        logger.warning(
          "an image cannot be linked anew", metadata: ["reason": "\(Failure(presenting: error))"])
        return nil
      }
    }
    return try linker.link { block in
      index.block(block.content).flatMap { $0.block == block ? $0.location : nil }
    }.object
  }
}
