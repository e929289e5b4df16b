# expect: decay-per-part
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(32)
x = torch.randn(64, 16); y = torch.randint(0, 8, (64,))
model = nn.Sequential(nn.Linear(16, 24), nn.GELU(), nn.Linear(24, 8))
WEIGHT_DECAY = 0.1
def update(model, optimizer, parts):
    total = sum(len(labels) for _, labels in parts)
    optimizer.zero_grad()
    for inputs, labels in parts:
        loss = F.cross_entropy(model(inputs), labels, reduction="sum") / total
        loss.backward()
        for group in optimizer.param_groups:  # decoupled weight decay, as in AdamW
            for p in group["params"]:
                p.data.mul_(1 - group["lr"] * WEIGHT_DECAY)
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.1, momentum=0.9))
