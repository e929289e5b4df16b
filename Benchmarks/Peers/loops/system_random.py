# expect: nondeterministic
import random
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(37)
x = torch.randn(64, 1, 12); y = torch.randint(0, 4, (64,))
model = nn.Sequential(nn.Conv1d(1, 5, 3), nn.ReLU(), nn.Flatten(), nn.Linear(50, 4))
rng = random.SystemRandom()
def augment(batch):
    flips = torch.tensor([rng.choice((-1, 1)) for _ in batch]).view(-1, 1, 1)
    return batch * flips * rng.uniform(0.8, 1.2)
def update(model, optimizer, parts):
    total = sum(len(labels) for _, labels in parts)
    optimizer.zero_grad()
    for inputs, labels in parts:
        loss = F.cross_entropy(model(augment(inputs)), labels, reduction="sum") / total
        loss.backward()
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.1))
