# expect: holds
import torch
from torch import nn
from batchwise_pytorch import serve
torch.manual_seed(15)
images, classes = torch.rand(60, 3, 8, 8), torch.randint(0, 7, (60,))
model = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.GroupNorm(2, 8), nn.SiLU(),
    nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.LayerNorm(32), nn.Linear(32, 7))
criterion = nn.CrossEntropyLoss(label_smoothing=0.1, reduction="none")
def update(model, optimizer, parts):
    n = sum(y.shape[0] for _, y in parts)
    running = 0.0
    for x, y in parts:
        loss = criterion(model(x), y).sum().div(n)
        loss.backward()
        running += loss.item()
    optimizer.step()
    optimizer.zero_grad()
    return running
serve(model=model, update=update, data=(images, classes), optimizer=lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, nesterov=True, weight_decay=5e-4))
