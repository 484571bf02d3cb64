"""JAX: the whole epoch is one compiled function, a `lax.scan` over the full batches and then the smaller rest."""

from common import initial_weights, mnist, options, report, steps_per_epoch, time_epochs

import os

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np

images, labels, test_images, test_labels = [jnp.asarray(array) for array in mnist()]
random = np.random.default_rng(options.seed)
parameters = [(jnp.asarray(weight), jnp.asarray(bias)) for weight, bias in initial_weights()]
zeros = jax.tree.map(jnp.zeros_like, parameters)
state = (parameters, zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros((), jnp.int32))


def product(rows, weight):
    if options.precision == "float32":
        return rows @ weight
    # As descent does: operands of half the size, sums in float32. Gradients of the products are rounded in the same way.
    return jnp.matmul(rows.astype(jnp.bfloat16), weight.astype(jnp.bfloat16), preferred_element_type=jnp.float32)


def logits(parameters, rows):
    for weight, bias in parameters[:-1]:
        rows = jax.nn.relu(product(rows, weight) + bias)
    weight, bias = parameters[-1]
    return product(rows, weight) + bias


def loss(parameters, rows, classes):
    log_probabilities = jax.nn.log_softmax(logits(parameters, rows))
    return -jnp.mean(jnp.take_along_axis(log_probabilities, classes[:, None], axis=1))


total_steps = options.epochs * steps_per_epoch(len(images))


def learning_rate(step):
    """common.learning_rate, for a step that is traced."""
    if options.schedule == "constant":
        return options.learning_rate
    return options.learning_rate * 0.5 * (1 + jnp.cos(jnp.pi * step / total_steps))


def sgd(state, gradient):
    parameters, first, second, steps = state
    rate = learning_rate(steps)
    parameters = jax.tree.map(lambda tensor, slope: tensor - rate * slope, parameters, gradient)
    return parameters, first, second, steps + 1


def adam(state, gradient, beta1=0.9, beta2=0.999, epsilon=1e-8):
    parameters, first, second, steps = state
    scheduled = learning_rate(steps)
    steps = steps + 1
    first = jax.tree.map(lambda moment, slope: beta1 * moment + (1 - beta1) * slope, first, gradient)
    second = jax.tree.map(lambda moment, slope: beta2 * moment + (1 - beta2) * slope * slope, second, gradient)
    rate = scheduled / (1 - beta1**steps)
    correction = 1 / jnp.sqrt(1 - beta2**steps)
    parameters = jax.tree.map(
        lambda tensor, one, two: tensor - rate * one / (jnp.sqrt(two) * correction + epsilon), parameters, first, second
    )
    return parameters, first, second, steps


update = {"sgd": sgd, "adam": adam}[options.optimizer]


@jax.jit
def epoch(state, images, labels, order):
    def step(state, batch):
        return update(state, jax.grad(loss)(state[0], images[batch], labels[batch])), None

    full = len(order) // options.batch_size * options.batch_size
    state, _ = jax.lax.scan(step, state, order[:full].reshape(-1, options.batch_size))
    return step(state, order[full:])[0] if full < len(order) else state


def run_epoch():
    global state
    order = random.permutation(len(images)).astype(np.int32)
    state = jax.block_until_ready(epoch(state, images, labels, order))


def predict():
    return logits(state[0], test_images).argmax(axis=1)


epoch_seconds = time_epochs(run_epoch, predict)
report("jax", jax.__version__, epoch_seconds, predict(), np.asarray(test_labels))
