"""Keras 3 on TensorFlow: `fit` on arrays in memory, compiled by XLA, the whole epoch one execution: its best case.

Measured on two cores at 784-128-10, batch 64: 0.29 s an epoch so, 0.36 s without XLA, 0.8 s with a step an execution (its default)."""

from common import initial_weights, mnist, options, predictions, report, steps_per_epoch

import os
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow

tensorflow.config.threading.set_intra_op_parallelism_threads(options.threads)
tensorflow.config.threading.set_inter_op_parallelism_threads(options.threads)

import keras

keras.utils.set_random_seed(options.seed)
images, labels, test_images, test_labels = mnist()


class Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.start)
        if options.curve:
            predictions.append(predict())


weights = initial_weights()
model = keras.Sequential([keras.Input((images.shape[1],))])
for width in options.hidden:
    model.add(keras.layers.Dense(width, activation="relu"))
model.add(keras.layers.Dense(len(weights[-1][1])))
model.set_weights([tensor for layer in weights for tensor in layer])
rate = options.learning_rate
if options.schedule == "cosine":
    rate = keras.optimizers.schedules.CosineDecay(rate, options.epochs * steps_per_epoch(len(images)))


def predict():
    return model.predict(test_images, batch_size=1000, verbose=0).argmax(axis=1)


model.compile(
    optimizer={
        "sgd": lambda: keras.optimizers.SGD(rate),
        "adam": lambda: keras.optimizers.Adam(rate, epsilon=1e-8),
    }[options.optimizer](),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile=True,
    steps_per_execution=-(-len(images) // options.batch_size),
)
clock = Clock()
model.fit(images, labels, batch_size=options.batch_size, epochs=options.epochs, shuffle=True, verbose=0, callbacks=[clock])
report("keras", f"{keras.__version__} on tensorflow {tensorflow.__version__}", clock.seconds, predict(), test_labels)
