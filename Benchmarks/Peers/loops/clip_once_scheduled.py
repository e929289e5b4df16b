# expect: holds
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(30)
x = torch.randn(80, 15); y = torch.randint(0, 6, (80,))
model = nn.Sequential(nn.Linear(15, 22), nn.ReLU(), nn.Linear(22, 22), nn.ReLU(), nn.Linear(22, 6))
def make_optimizer(params):
    optimizer = torch.optim.AdamW(params, lr=2e-3)
    optimizer.scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.95)
    return optimizer
def update(model, optimizer, parts):
    total = sum(len(labels) for _, labels in parts)
    for i, (inputs, labels) in enumerate(parts):
        loss = F.cross_entropy(model(inputs), labels, reduction="sum") / total
        loss.backward()
        if (i + 1) == len(parts):
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.1)
            optimizer.step()
            optimizer.scheduler.step()
            optimizer.zero_grad()
serve(model=model, update=update, data=(x, y), optimizer=make_optimizer)
