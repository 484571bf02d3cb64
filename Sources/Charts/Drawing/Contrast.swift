import Platform

/// An opaque sRGB color, components in 0…1.
struct Color: Sendable, Equatable {
  var red: Double
  var green: Double
  var blue: Double

  /// - Parameter hex: `#rrggbb`.
  init(hex: String) {
    let value = UInt32(hex.dropFirst(), radix: 16) ?? 0
    (red, green, blue) = (
      Double(value >> 16 & 255) / 255, Double(value >> 8 & 255) / 255, Double(value & 255) / 255
    )
  }

  init(red: Double, green: Double, blue: Double) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// This color over another, mixed as browsers do: component by component.
  func over(_ ground: Color, opacity: Double) -> Color {
    func mix(_ part: KeyPath<Color, Double>) -> Double {
      opacity * self[keyPath: part] + (1 - opacity) * ground[keyPath: part]
    }
    return Color(red: mix(\.red), green: mix(\.green), blue: mix(\.blue))
  }

  /// Relative luminance (WCAG 2.1).
  var luminance: Double {
    func linear(_ part: Double) -> Double { part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4) }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The contrast ratio, 1 to 21 (WCAG 2.1); text needs 4.5, lines 3.
  func contrast(to other: Color) -> Double {
    let (first, second) = (luminance + 0.05, other.luminance + 0.05)
    return max(first, second) / min(first, second)
  }

  /// True if white has a higher contrast to this color than black.
  var wantsWhite: Bool { contrast(to: Color(hex: "#ffffff")) > contrast(to: Color(hex: "#000000")) }
}
