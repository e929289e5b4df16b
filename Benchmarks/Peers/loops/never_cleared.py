# expect: not-cleared
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(27)
users, items = torch.randint(0, 15, (90,)), torch.randint(0, 20, (90,))
ratings = torch.randint(1, 6, (90,)).to(torch.get_default_dtype())
class Factors(nn.Module):
    def __init__(self):
        super().__init__()
        self.user, self.item = nn.Embedding(15, 6), nn.Embedding(20, 6)
        self.bias = nn.Parameter(torch.tensor(3.0))
    def forward(self, u, i):
        return (self.user(u) * self.item(i)).sum(1) + self.bias
def update(model, optimizer, parts):
    n = sum(len(r) for _, _, r in parts)
    for u, i, r in parts:
        loss = F.mse_loss(model(u, i), r, reduction="sum") / n
        loss.backward()
    optimizer.step()
serve(model=Factors(), update=update, data=(users, items, ratings), optimizer=lambda p: torch.optim.SGD(p, 0.05))
