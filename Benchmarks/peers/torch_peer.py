"""PyTorch: eager, the data one tensor in memory, batches by indexing, no loader, the fused optimizer: its best case."""

from common import initial_weights, mnist, options, report, time_epochs

import torch

torch.set_num_threads(options.threads)
torch.manual_seed(options.seed)
images, labels, test_images, test_labels = [torch.from_numpy(array) for array in mnist()]
labels = labels.long()

modules = []
for weight, bias in initial_weights():
    linear = torch.nn.Linear(*weight.shape)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(weight.T))
        linear.bias.copy_(torch.from_numpy(bias))
    modules += [linear, torch.nn.ReLU()]
model = torch.nn.Sequential(*modules[:-1])
optimizer = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[options.optimizer](
    model.parameters(), lr=options.learning_rate, fused=True
)


def run_epoch():
    order = torch.randperm(len(images))
    for batch in order.split(options.batch_size):
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16"):
            loss = torch.nn.functional.cross_entropy(model(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()


epoch_seconds = time_epochs(run_epoch)
with torch.no_grad():
    predicted = model(test_images).argmax(dim=1).numpy()
report("pytorch", torch.__version__, epoch_seconds, predicted, test_labels.numpy())
