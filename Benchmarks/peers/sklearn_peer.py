"""scikit-learn: MLPClassifier's own `fit`, with the common initial weights and a clock read at the end of every epoch."""

from common import initial_weights, mnist, options, predictions, report

import sys
import time
import warnings

import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

if options.schedule != "constant":
    # MLPClassifier has no schedule but invscaling, and that for sgd alone: a curve of scikit-learn has a constant learning rate.
    print(f"scikit-learn has no {options.schedule} schedule: the learning rate is constant", file=sys.stderr)

images, labels, test_images, test_labels = mnist()
weights = iter(initial_weights())
# The start and the end of each epoch.
clock = []


class TimedClassifier(MLPClassifier):
    def _init_coef(self, fan_in, fan_out, dtype):
        # The last of the preparations; when the first epoch starts, the clock shows the last layer's time.
        clock[:] = [time.perf_counter()]
        return next(weights)

    def _update_no_improvement_count(self, *arguments):
        clock.append(time.perf_counter())
        super()._update_no_improvement_count(*arguments)
        if options.curve:
            # What `predict` does, whose labels are not there before `fit` ends: the classes are 0 to 9.
            predictions.append(self._forward_pass_fast(test_images).argmax(axis=1))
        clock.append(time.perf_counter())


classifier = TimedClassifier(
    hidden_layer_sizes=options.hidden,
    activation="relu",
    solver=options.optimizer,
    learning_rate_init=options.learning_rate,
    batch_size=options.batch_size,
    max_iter=options.epochs,
    random_state=options.seed,
    alpha=0,
    momentum=0,
    nesterovs_momentum=False,
    n_iter_no_change=options.epochs + 1,
)
with warnings.catch_warnings():
    # That the epochs asked for are not yet convergence is the point.
    warnings.simplefilter("ignore", ConvergenceWarning)
    classifier.fit(images, labels)
epoch_seconds = [end - start for start, end in zip(clock[::2], clock[1::2])]
report("scikit-learn", sklearn.__version__, epoch_seconds, classifier.predict(test_images), test_labels)
