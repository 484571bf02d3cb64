"""The data, the network and the optimizer of PyTorch's peers."""

from common import initial_weights, learning_rate, mnist, options, steps_per_epoch

import torch

torch.set_num_threads(options.threads)
torch.manual_seed(options.seed)


def data():
    """Training images and labels, then those of the test split, as tensors in memory."""
    images, labels, test_images, test_labels = [torch.from_numpy(array) for array in mnist()]
    return images, labels.long(), test_images, test_labels


def network():
    modules = []
    for weight, bias in initial_weights():
        linear = torch.nn.Linear(*weight.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight.T))
            linear.bias.copy_(torch.from_numpy(bias))
        modules += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


def optimizer(model):
    """The fused optimizer of the options."""
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[options.optimizer]
    return kind(model.parameters(), lr=options.learning_rate, fused=True)


def scheduler(optimizer, samples):
    """Sets the learning rate of each step. A constant one needs none: PyTorch's own costs a fifth of a small step."""
    if options.schedule == "constant":
        return type("Constant", (), {"step": staticmethod(lambda: None)})
    steps = options.epochs * steps_per_epoch(samples)
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate(step, steps) / options.learning_rate)
