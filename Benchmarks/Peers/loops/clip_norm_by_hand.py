# expect: clipped-per-part
import math
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(29)
x = torch.randn(72, 10); y = torch.randint(0, 5, (72,))
model = nn.Sequential(nn.Linear(10, 14), nn.Mish(), nn.Linear(14, 5))
MAX_NORM = 0.05
def update(model, optimizer, parts):
    total = sum(len(labels) for _, labels in parts)
    params = [p for p in model.parameters() if p.requires_grad]
    buffers = [torch.zeros_like(p) for p in params]
    for inputs, labels in parts:
        loss = F.cross_entropy(model(inputs), labels, reduction="sum") / total
        grads = torch.autograd.grad(loss, params)
        norm = math.sqrt(sum(g.pow(2).sum().item() for g in grads))
        scale = min(1.0, MAX_NORM / (norm + 1e-12))
        for buffer, g in zip(buffers, grads):
            buffer.add_(g, alpha=scale)
    for p, buffer in zip(params, buffers):
        p.grad = buffer
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.5))
