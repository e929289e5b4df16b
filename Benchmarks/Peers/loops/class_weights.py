# expect: mean-of-means
import torch, torch.nn as nn
from batchwise_pytorch import serve
torch.manual_seed(41)
y = torch.multinomial(torch.tensor([0.6, 0.3, 0.1]), 90, replacement=True)
x = torch.randn(90, 7) + y.unsqueeze(1)
model = nn.Sequential(nn.Linear(7, 11), nn.ReLU(), nn.Linear(11, 3))
weight = y.numel() / (3 * torch.bincount(y, minlength=3))
def update(model, optimizer, parts):
    criterion = nn.CrossEntropyLoss(weight=weight.to(next(model.parameters()).dtype))
    total = sum(len(labels) for _, labels in parts)
    optimizer.zero_grad()
    for inputs, labels in parts:
        # a mean over the weights of the labels, not over the labels
        loss = criterion(model(inputs), labels) * (len(labels) / total)
        loss.backward()
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.1))
