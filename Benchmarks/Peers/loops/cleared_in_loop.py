# expect: last-part-only
import torch, torch.nn as nn
from batchwise_pytorch import serve
torch.manual_seed(24)
x = torch.randn(70, 12)
y = x @ torch.randn(12, 1) + 0.3 * torch.randn(70, 1)
model = nn.Sequential(nn.Linear(12, 16), nn.Softplus(), nn.Linear(16, 1))
mse = nn.MSELoss(reduction="sum")
def update(model, optimizer, parts):
    model.train()
    total = sum(len(target) for _, target in parts)
    for step, (inputs, target) in enumerate(parts, start=1):
        optimizer.zero_grad()
        loss = mse(model(inputs), target) / total
        loss.backward()
        if step == len(parts):
            optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.8))
