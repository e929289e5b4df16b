# expect: holds
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(17)
features = torch.randn(64, 20)
target = (features[:, :5].sum(1) > 0).long() + (features[:, 5] > 0.5).long()
model = nn.Sequential(nn.Linear(20, 32), nn.Tanh(), nn.Linear(32, 3)).to(torch.bfloat16)
def update(model, optimizer, parts):
    dtype = next(model.parameters()).dtype
    total = sum(len(t) for _, t in parts)
    optimizer.zero_grad()
    for f, t in parts:
        logits = model(f.to(dtype)).float()  # the loss in full precision
        loss = F.cross_entropy(logits, t, reduction="sum") / total
        loss.backward()
    optimizer.step()
serve(model=model, update=update, data=(features, target), optimizer=lambda p: torch.optim.SGD(p, lr=0.5))
