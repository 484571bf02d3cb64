/// A loop of multiply-adds in registers, without memory: `rounds` times 24 (12 with 16 registers) independent
/// multiply-adds of whole vectors.
/// - Returns: the sum of the registers: a use of the results, without which the compiler would remove the loop.
public typealias MultiplyAddPeakKernel = @convention(c) (_ rounds: Int) -> Float
