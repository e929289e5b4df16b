# expect: holds
import torch, torch.nn as nn
from batchwise_pytorch import serve
torch.manual_seed(39)
x = torch.randn(68, 13)
y = (x @ torch.randn(13, 6) > 1.0).to(x.dtype)
model = nn.Sequential(nn.Linear(13, 20), nn.PReLU(), nn.Linear(20, 6))
def update(model, optimizer, parts):
    total = sum(target.numel() for _, target in parts)  # samples times labels
    optimizer.zero_grad()
    for inputs, target in parts:
        p = torch.sigmoid(model(inputs)).clamp(1e-6, 1 - 1e-6)
        bce = -(target * p.log() + (1 - target) * (1 - p).log())
        (bce.sum() / total).backward()
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.NAdam(p, 2e-3))
