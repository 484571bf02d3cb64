/// A request to stop the exercise under way, which training reads between its steps.
///
/// It belongs to the task that runs the exercise: the computations of the exercises have no parameter in common through which it could
/// reach each of their runs.
enum CourseInterruption {
  /// True if the exercise under way is to stop. May be called on any thread.
  @TaskLocal static var isRequested: @Sendable () -> Bool = { false }
}

/// The error of an exercise that was stopped; it has no outcome.
package struct CourseInterrupted: Error, Equatable {}
