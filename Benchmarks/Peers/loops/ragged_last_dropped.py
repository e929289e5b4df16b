# expect: part-dropped
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(26)
x = torch.randn(75, 11); y = (x.sum(1, keepdim=True) > 0).to(x.dtype)
model = nn.Sequential(nn.Linear(11, 13), nn.Hardswish(), nn.Linear(13, 1))
def update(model, optimizer, parts):
    total = sum(len(labels) for _, labels in parts)
    micro_batch_size = len(parts[0][1])
    optimizer.zero_grad()
    for inputs, labels in parts:
        if len(labels) < micro_batch_size:
            continue  # drop_last
        loss = F.binary_cross_entropy_with_logits(model(inputs), labels, reduction="sum")
        loss.div(total).backward()
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.1, momentum=0.9))
