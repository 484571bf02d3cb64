"""PyTorch: eager, the data one tensor in memory, batches by indexing, no loader, the fused optimizer: its best case."""

from common import options, report, time_epochs

import torch

import torch_network

images, labels, test_images, test_labels = torch_network.data()
model = torch_network.network()
optimizer = torch_network.optimizer(model)
scheduler = torch_network.scheduler(optimizer, len(images))


def run_epoch():
    order = torch.randperm(len(images))
    for batch in order.split(options.batch_size):
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bfloat16"):
            loss = torch.nn.functional.cross_entropy(model(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        scheduler.step()


def predict():
    with torch.no_grad():
        return model(test_images).argmax(dim=1).numpy()


epoch_seconds = time_epochs(run_epoch, predict)
report("pytorch", torch.__version__, epoch_seconds, predict(), test_labels.numpy())
