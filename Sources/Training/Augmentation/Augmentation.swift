/// Random distortions of the images that a network is trained on, different ones for each sample in each epoch.
/// Validation and test samples are never distorted.
///
/// An affine map and elastic displacements (Simard et al., 2003) are applied in one bilinear resampling; all amplitudes
/// are 0 unless set. The random numbers depend only on the seed, the epoch and the sample's index in its source.
///
/// ```swift
/// configuration.augmentation = Augmentation("affine:rotation=15,scale=0.175,elastic:alpha=34,sigma=4")
/// ```
package struct Augmentation: Sendable, Equatable {
  /// An amplitude of the distortion.
  package enum Quantity: String, Sendable, CaseIterable {
    /// The rotation in degrees, uniform in ± the amplitude.
    case rotation
    /// The change of scale of each axis, a fraction, uniform in ± the amplitude.
    case scale
    /// The shear angle in degrees, uniform in ± the amplitude.
    case shear
    /// The translation along each axis in pixels, uniform in ± the amplitude.
    case translate
    /// The factor α of the elastic displacements, which are uniform in ±1 before they are smoothed.
    case alpha
    /// The standard deviation σ, in pixels, of the Gaussian that smooths the displacements.
    case sigma

    /// The kind of distortion that it belongs to: `affine` or `elastic`.
    var kind: String { self == .alpha || self == .sigma ? "elastic" : "affine" }

    /// The default value.
    var defaultValue: Double {
      switch self {
      case .alpha: Augmentation.simard.alpha
      case .sigma: Augmentation.simard.sigma
      default: 0
      }
    }

    /// True if a value is in the range of the amplitude.
    func allows(_ value: Double) -> Bool {
      guard value.isFinite else { return false }
      return switch self {
      case .rotation: (0...180).contains(value)
      case .scale: (0..<1).contains(value)
      case .shear: (0..<90).contains(value)
      case .translate, .alpha: (0...10_000).contains(value)
      case .sigma: (0.5...10_000).contains(value)
      }
    }
  }

  /// The value of one amplitude, for all classes or for one.
  struct Setting: Sendable, Equatable {
    let quantity: Quantity
    /// The label of a class; nil for all classes that have no value of their own.
    let label: String?
    let value: Double
  }

  /// The settings in the order of quantities, then of labels, so that equal augmentations compare as equal.
  private(set) var settings: [Setting]
  /// True if images are distorted elastically.
  package let isElastic: Bool

  /// The values of Simard et al. (2003), for images of 29 × 29 pixels.
  static let simard = (alpha: 34.0, sigma: 4.0)
  static let kinds = ["affine", "elastic"]
  /// The grammar of the text that `init(_:)` reads, for messages.
  package static let grammar =
    "affine:rotation=DEGREES (0 to 180),scale=F (0 to below 1),shear=DEGREES (0 to below 90),translate=PIXELS (0 to 10000), "
    + "or elastic:alpha=A (0 to 10000),sigma=S (0.5 to 10000), with KEY@CLASS=V for one class"

  /// Reads `affine:rotation=15,scale=0.175` or `elastic:alpha=34,sigma=4`, or both with a comma between them.
  /// Amplitudes that are left out are 0; with `elastic`, α is then 34 and σ is 4.
  ///
  /// - Returns: nil for any other text, for a key given twice, and for values out of range.
  package init?(_ text: String) {
    var kind: String?
    var kinds: Set<String> = []
    var settings: [Setting] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      var rest = item[...]
      for name in Self.kinds where item == name || item.hasPrefix(name + ":") {
        kind = name
        kinds.insert(name)
        rest = item.dropFirst(name.count + 1)
      }
      guard let kind else { return nil }
      if rest.isEmpty, item == "elastic" { continue }
      guard let setting = Setting(rest), setting.quantity.kind == kind,
        !settings.contains(where: { $0.quantity == setting.quantity && $0.label == setting.label })
      else { return nil }
      settings.append(setting)
    }
    guard !kinds.isEmpty else { return nil }
    isElastic = kinds.contains("elastic")
    self.settings = settings.sorted { $0.order < $1.order }
  }

  /// The labels of classes that have values of their own.
  package var labels: [String] {
    settings.compactMap(\.label).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// An amplitude for a class, or for samples without one.
  package func value(_ quantity: Quantity, label: String? = nil) -> Double {
    let own = settings.filter { $0.quantity == quantity }
    let setting = own.first { $0.label != nil && $0.label == label } ?? own.first { $0.label == nil }
    return setting?.value ?? quantity.defaultValue
  }
}

extension Augmentation.Setting {
  /// Reads `rotation=15` or `rotation@7=7.5`.
  fileprivate init?(_ text: Substring) {
    guard let equals = text.lastIndex(of: "="), let value = Double(text[text.index(after: equals)...]) else {
      return nil
    }
    let key = text[..<equals].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let quantity = Augmentation.Quantity(rawValue: key[0]), quantity.allows(value), key.last != "" else {
      return nil
    }
    self.init(quantity: quantity, label: key.count > 1 ? key[1] : nil, value: value)
  }

  /// The sort key of a setting: quantity, then label.
  fileprivate var order: String {
    let index = Augmentation.Quantity.allCases.firstIndex(of: quantity) ?? 0
    return "\(index) \(label ?? "")"
  }
}
