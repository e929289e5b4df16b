# expect: state-per-part
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(34)
x = torch.randn(64, 8); y = torch.randint(0, 3, (64,))
model = nn.Sequential(nn.Linear(8, 12), nn.Tanh(), nn.Linear(12, 3))
class FoldedAdam(torch.optim.Optimizer):
    """Adam that folds each micro-batch gradient into its moments at once, to free it (as AdamA)."""
    def __init__(self, params, lr=1e-2, betas=(0.9, 0.99)):
        super().__init__(params, dict(lr=lr, betas=betas))
    @torch.no_grad()
    def accumulate(self):
        group, = self.param_groups
        for p in group["params"]:
            m = self.state[p].setdefault("exp_avg", torch.zeros_like(p))
            v = self.state[p].setdefault("exp_avg_sq", torch.zeros_like(p))
            m.lerp_(p.grad, 1 - group["betas"][0])
            v.lerp_(p.grad.square(), 1 - group["betas"][1])
            p.grad = None
    @torch.no_grad()
    def step(self, closure=None):
        group, = self.param_groups
        for p in group["params"]:
            p.addcdiv_(self.state[p]["exp_avg"], self.state[p]["exp_avg_sq"].sqrt() + 1e-4, value=-group["lr"])
def update(model, optimizer, parts):
    total = sum(len(labels) for _, labels in parts)
    for inputs, labels in parts:
        (F.cross_entropy(model(inputs), labels, reduction="sum") / total).backward()
        optimizer.accumulate()
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=FoldedAdam)
