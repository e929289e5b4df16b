# expect: rate-per-part
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(33)
x = torch.randn(60, 10); y = x.cumsum(1)[:, ::3]
model = nn.Sequential(nn.Linear(10, 16), nn.Tanh(), nn.Linear(16, 4))
def build(params):
    optimizer = torch.optim.SGD(params, lr=0.1, momentum=0.9)
    optimizer.scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + 0.2 * step))
    return optimizer
def update(model, optimizer, parts):
    numel = sum(target.numel() for _, target in parts)
    optimizer.zero_grad()
    for inputs, target in parts:
        loss = F.l1_loss(model(inputs), target, reduction="sum") / numel
        loss.backward()
        optimizer.scheduler.step()
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=build)
