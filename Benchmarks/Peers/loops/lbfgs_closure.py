# expect: holds
import torch
import torch.nn as nn
from batchwise_pytorch import serve
torch.manual_seed(21)
t = torch.linspace(-1, 1, 50).unsqueeze(1)
curve = torch.cat([t ** 2, 0.5 * t], 1)
model = nn.Sequential(nn.Linear(1, 10), nn.Tanh(), nn.Linear(10, 2))
def update(model, optimizer, parts):
    rows = sum(a.shape[0] for a, _ in parts)
    def closure():
        optimizer.zero_grad()
        total = 0.0
        for a, b in parts:
            loss = (model(a) - b).square().sum() / (2 * rows)
            loss.backward()
            total = total + loss.detach()
        return total
    optimizer.step(closure)
serve(model=model, update=update, data=(t, curve), optimizer=lambda p: torch.optim.LBFGS(p, lr=0.5, max_iter=3, history_size=4))
