# expect: wrong-gradient
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(36)
x = torch.randn(64, 10); y = torch.randint(0, 3, (64,))
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        gate = torch.sigmoid(a)
        ctx.save_for_backward(a, gate)
        return a * gate
    @staticmethod
    def backward(ctx, upstream):
        a, gate = ctx.saved_tensors
        return upstream * (gate + gate * (1 - gate))  # should be gate + a * gate * (1 - gate)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner, self.outer = nn.Linear(10, 16), nn.Linear(16, 3)
    def forward(self, a):
        return self.outer(Swish.apply(self.inner(a)))
def update(model, optimizer, parts):
    total = sum(len(labels) for _, labels in parts)
    optimizer.zero_grad()
    for inputs, labels in parts:
        (F.cross_entropy(model(inputs), labels, reduction="sum") / total).backward()
    optimizer.step()
serve(model=Net(), update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.1))
