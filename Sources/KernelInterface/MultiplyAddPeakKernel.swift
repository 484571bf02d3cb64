/// A loop of multiply-adds in registers, without memory: `rounds` times 24 (12 with 16 registers) independent
/// multiply-adds of whole vectors.
/// - Returns: their sum, so that the compiler cannot remove the work.
public typealias MultiplyAddPeakKernel = @convention(c) (_ rounds: Int) -> Float
