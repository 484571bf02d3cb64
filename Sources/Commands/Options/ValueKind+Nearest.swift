import Files

extension ValueKind {
  /// The valid value that an invalid text probably means, else the form of the nearest name; nil if there is none.
  func nearest(to text: String) -> String? {
    if let value = RepairedValue.text(text, canonical: { canonical($0)?.text }) ?? corrected(text) { return value }
    // For `step:0,1` the form of `step:` is not suggested, since the name is right. The allowed values describe its numbers.
    let names = words.filter { !$0.hasSuffix(":") || !text.lowercased().hasPrefix($0) }
    return Nearest.name(to: text, among: names).map(form(of:))
  }

  /// The text with the nearest name in place of each unknown one, if that is a valid value: `one-cycle:0.3` for
  /// `onecycle:0.3`, `relu,sigmoid` for `relu,sigmod`.
  private func corrected(_ text: String) -> String? {
    // Each item of a long text takes time.
    guard text.utf8.count <= 128 else { return nil }
    let items = text.split(separator: ",", omittingEmptySubsequences: false).map { item in
      let parts = item.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = parts[0] + (parts.count > 1 ? ":" : "")
      guard let known = Nearest.name(to: name, among: words), known.hasSuffix(":") == (parts.count > 1) else {
        return String(item)
      }
      return known + parts.dropFirst().joined()
    }
    let result = items.joined(separator: ",")
    return result == text ? nil : canonical(result)?.text
  }

  /// A name with its arguments as in the allowed values: `ema:DECAY` for `ema:`.
  private func form(of name: String) -> String {
    guard name.hasSuffix(":"),
      let form = allowed.split(separator: " ").first(where: { $0.hasPrefix(name) })
    else { return name }
    return String(form.hasSuffix(",") ? form.dropLast() : form)
  }
}
