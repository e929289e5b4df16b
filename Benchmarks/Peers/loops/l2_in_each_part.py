# expect: decay-per-part
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(31)
x = torch.randn(88, 14); y = torch.randint(0, 2, (88,))
model = nn.Sequential(nn.Linear(14, 10), nn.Sigmoid(), nn.Linear(10, 2))
L2 = 0.01
def regulariser(model):
    return sum(w.square().sum() for name, w in model.named_parameters() if name.endswith("weight"))
def update(model, optimizer, parts):
    total = sum(len(labels) for _, labels in parts)
    optimizer.zero_grad()
    for inputs, labels in parts:
        data_loss = F.cross_entropy(model(inputs), labels, reduction="sum") / total
        loss = data_loss + L2 * regulariser(model)
        loss.backward()
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.2))
