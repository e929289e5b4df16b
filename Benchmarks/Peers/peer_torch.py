#!/usr/bin/env python3
"""Trains a perceptron with PyTorch, eagerly, as README.md's protocol says.

Usage: peer_torch.py --threads N
"""

import time

import peer

THREADS = peer.wanted_threads()
try:
    import torch
    from torch.nn import Linear, ReLU, Sequential
    from torch.nn.functional import cross_entropy
except ImportError as error:
    peer.exit_for_missing(error)


class TorchEngine:
    name = "PyTorch"
    version = torch.__version__

    def load(self, task):
        self.task = task
        # The batches are views into one tensor of inputs and one of labels.
        self.inputs = torch.tensor(task.inputs).unbind()
        self.labels = torch.tensor(task.labels, dtype=torch.int64).unbind()
        self.restart()

    def restart(self):
        self.model, self.optimizer = self.fresh()

    def fresh(self):
        """The prepared model and an optimizer that hasn't stepped."""
        model = Sequential()
        for weight, bias in self.task.weights:
            if len(model):
                model.append(ReLU())
            layer = Linear(*weight.shape)
            layer.weight.data = torch.tensor(weight.T.copy())
            layer.bias.data = torch.tensor(bias)
            model.append(layer)
        # Fused, because it makes Adam faster: for 784-1024-10 on two cores a step took 0.5, 0.9 and
        # 1.7 ms at batch 1, 16 and 64 (medians of two or three runs), and 1.0, 1.5 and 2.6 ms with
        # the best of the default, foreach and the plain loop. At batch 256, and for SGD at 1 to
        # 256, no choice was faster by more than runs differed.
        optimizer = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[self.task.optimizer]
        return model, optimizer(model.parameters(), lr=self.task.learning_rate, fused=True)

    def losses(self, steps):
        model, optimizer = self.fresh()
        losses = []
        for step in range(steps):
            batch = step % len(self.labels)
            loss = cross_entropy(model(self.inputs[batch]), self.labels[batch])
            losses.append(loss.item())
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return losses

    def train(self, passes):
        model, optimizer = self.model, self.optimizer
        start = time.perf_counter()
        for _ in range(passes):
            for inputs, labels in zip(self.inputs, self.labels):
                loss = cross_entropy(model(inputs), labels)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
        return time.perf_counter() - start

    def infer(self, passes):
        samples = []
        with torch.inference_mode():
            for _ in range(passes):
                for inputs in self.inputs:
                    start = time.perf_counter()
                    self.model(inputs)
                    samples.append(time.perf_counter() - start)
        return samples


torch.set_num_threads(THREADS)
peer.serve(TorchEngine(), THREADS)
