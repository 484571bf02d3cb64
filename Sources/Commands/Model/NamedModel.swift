import Files
import Models
import Platform

extension ModelFile {
  /// Reads the model that a command line names.
  ///
  /// - Throws: `FileError`; for a missing file it names the models that `train --seeds` saved in its place, if there are some.
  static func named(_ path: String) throws(FileError) -> ModelFile {
    do throws(FileError) {
      return try read(path)
    } catch {
      guard !fileExists(path) else { throw error }
      let saved = savedOfSeeds(path)
      guard let last = saved.last else { throw error }
      let names = saved.count > 3 ? [saved[0], saved[1], "…", last] : saved
      var error = error
      error.hint = OptionText(
        "'train --seeds' saves one model per seed, and there is \(names.joined(separator: ", ")): name one of them.")
      throw error
    }
  }

  /// The files of `train --seeds` that were to be saved under a path, by seed.
  private static func savedOfSeeds(_ path: String) -> [String] {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : String(folder))) ?? []
    var found: [(seed: UInt64, path: String)] = []
    for name in names {
      let own = folder + name
      let seeds = name.matches(of: #/-([0-9]+)/#).compactMap { UInt64($0.output.1) }
      if let seed = seeds.first(where: { SeedList.path(path, seed: $0, isFolder: false) == own }) {
        found.append((seed, String(own)))
      }
    }
    return found.sorted { $0.seed < $1.seed }.map(\.path)
  }
}
