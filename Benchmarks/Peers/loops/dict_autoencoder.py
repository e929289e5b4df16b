# expect: holds
import torch, torch.nn as nn
from batchwise_pytorch import serve
torch.manual_seed(40)
data = {"pixels": torch.rand(58, 25), "mask": torch.rand(58, 25) > 0.3}
class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Linear(25, 6)
        self.decode = nn.Linear(6, 25)
    def forward(self, batch):
        return torch.sigmoid(self.decode(torch.tanh(self.encode(batch["pixels"] * batch["mask"]))))
class Accumulator:
    def __init__(self, optimizer, denominator):
        self.optimizer, self.denominator = optimizer, denominator
    def __enter__(self):
        self.optimizer.zero_grad()
        return self
    def add(self, summed_loss):
        (summed_loss / self.denominator).backward()
    def __exit__(self, kind, *_):
        if kind is None:
            self.optimizer.step()
def update(model, optimizer, parts):
    observed = sum(part["mask"].sum() for part in parts)
    with Accumulator(optimizer, observed) as accumulator:
        for part in parts:
            error = (model(part) - part["pixels"]) ** 2
            accumulator.add(error[part["mask"]].sum())
serve(model=AutoEncoder(), update=update, data=data, optimizer=lambda p: torch.optim.AdamW(p, 1e-2))
