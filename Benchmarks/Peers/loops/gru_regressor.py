# expect: holds
import math
import torch
import torch.nn as nn
from batchwise_pytorch import serve
torch.manual_seed(18)
phase = torch.rand(48, 1) * 2 * math.pi
series = torch.sin(phase + 0.4 * torch.arange(16)).unsqueeze(-1)
inputs, targets = series[:, :15], series[:, 15]
class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(1, 12, num_layers=2, batch_first=True)
        self.out = nn.Linear(12, 1)
    def forward(self, x):
        _, hidden = self.rnn(x)
        return self.out(hidden[-1])
def update(model, optimizer, parts):
    optimizer.zero_grad(set_to_none=False)
    sizes = [len(x) for x, _ in parts]
    for size, (x, y) in zip(sizes, parts):
        loss = nn.HuberLoss(delta=0.5)(model(x), y) * size / sum(sizes)
        loss.backward()
    optimizer.step()
serve(model=Forecaster(), update=update, data=(inputs, targets), optimizer=lambda p: torch.optim.RMSprop(p, 1e-3))
