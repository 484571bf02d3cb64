"""NumPy: forward and backward by hand, arrays updated in place."""

from common import initial_weights, learning_rate, mnist, options, report, steps_per_epoch, time_epochs

import numpy as np

images, labels, test_images, test_labels = mnist()
random = np.random.default_rng(options.seed)
layers = initial_weights()
parameters = [tensor for layer in layers for tensor in layer]
first_moments = [np.zeros_like(tensor) for tensor in parameters]
second_moments = [np.zeros_like(tensor) for tensor in parameters]
steps = 0
total_steps = options.epochs * steps_per_epoch(len(images))


def forward(rows):
    """The activations entering every layer, then the logits."""
    activations = [rows]
    for index, (weight, bias) in enumerate(layers):
        z = activations[-1] @ weight
        z += bias
        if index < len(layers) - 1:
            np.maximum(z, 0, out=z)
        activations.append(z)
    return activations


def gradients(rows, classes):
    """The gradient of the mean cross-entropy, one array for each of `parameters`."""
    *activations, delta = forward(rows)
    delta -= delta.max(axis=1, keepdims=True)
    np.exp(delta, out=delta)
    delta /= delta.sum(axis=1, keepdims=True)
    delta[np.arange(len(classes)), classes] -= 1
    delta /= len(classes)
    result = []
    for index in reversed(range(len(layers))):
        result = [activations[index].T @ delta, delta.sum(axis=0)] + result
        if index > 0:
            delta = delta @ layers[index][0].T
            delta *= activations[index] > 0
    return result


def sgd(gradient):
    global steps
    rate = np.float32(learning_rate(steps, total_steps))
    steps += 1
    for tensor, slope in zip(parameters, gradient):
        slope *= rate
        tensor -= slope


def adam(gradient, beta1=0.9, beta2=0.999, epsilon=1e-8):
    global steps
    scheduled = learning_rate(steps, total_steps)
    steps += 1
    rate = np.float32(scheduled / (1 - beta1**steps))
    correction = np.float32(1 / np.sqrt(1 - beta2**steps))
    for tensor, slope, first, second in zip(parameters, gradient, first_moments, second_moments):
        first *= beta1
        first += (1 - beta1) * slope
        second *= beta2
        slope *= slope
        slope *= 1 - beta2
        second += slope
        root = np.sqrt(second)
        root *= correction
        root += epsilon
        np.divide(first, root, out=root)
        root *= rate
        tensor -= root


update = {"sgd": sgd, "adam": adam}[options.optimizer]


def run_epoch():
    order = random.permutation(len(images))
    for start in range(0, len(order), options.batch_size):
        batch = order[start : start + options.batch_size]
        update(gradients(images[batch], labels[batch]))


def predict():
    return forward(test_images)[-1].argmax(axis=1)


epoch_seconds = time_epochs(run_epoch, predict)
report("numpy", np.__version__, epoch_seconds, predict(), test_labels)
