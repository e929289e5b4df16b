# expect: part-dropped
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(25)
x = torch.randn(66, 1, 20); y = torch.randint(0, 3, (66,))
model = nn.Sequential(nn.Conv1d(1, 4, 5), nn.LeakyReLU(), nn.Flatten(), nn.Linear(64, 3))
def update(model, optimizer, parts):
    batch_size = sum(len(labels) for _, labels in parts)
    log = []
    optimizer.zero_grad()
    for i, (inputs, labels) in enumerate(parts):
        loss = F.cross_entropy(model(inputs), labels, reduction="sum") / batch_size
        if i % 2:  # print every other one
            log.append(loss.item())
            continue
        loss.backward()
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.1))
