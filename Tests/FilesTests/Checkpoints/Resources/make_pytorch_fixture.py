"""Writes pytorch.safetensors: a small network's state_dict as PyTorch saves it.

Its numbers are a formula of their index, so that the test needs no copy of them.
Needs torch and safetensors; run it in this folder.
"""

import torch
from safetensors.torch import save_file


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(6, 5)
        self.bn1 = torch.nn.BatchNorm1d(5)
        self.fc2 = torch.nn.Linear(5, 3)

    def forward(self, x):
        return self.fc2(torch.relu(self.bn1(self.fc1(x))))


if __name__ == "__main__":
    network = Network()
    state = network.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            state[name] = torch.tensor(7)
        else:
            first = len(name)
            count = tensor.numel()
            values = torch.arange(first, first + count, dtype=torch.float32) / 16
            state[name] = values.reshape(tensor.shape)
    network.load_state_dict(state, strict=True)
    save_file(network.state_dict(), "pytorch.safetensors", metadata={"format": "pt"})
    with torch.no_grad():
        print(network.eval()(torch.arange(12, dtype=torch.float32).reshape(2, 6) / 8))
