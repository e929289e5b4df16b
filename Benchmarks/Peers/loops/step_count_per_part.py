# expect: state-per-part
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(35)
x = torch.randn(70, 9); y = torch.randint(0, 4, (70,))
model = nn.Sequential(nn.Linear(9, 15), nn.ReLU(), nn.Linear(15, 4))
class AccumulatingAdam(torch.optim.Adam):
    """Sums gradients in a buffer; step() uses the sum."""
    def accumulate(self):
        for p in self.param_groups[0]["params"]:
            state = self.state[p]
            if not state:
                state.update(step=torch.tensor(0.0), exp_avg=torch.zeros_like(p), exp_avg_sq=torch.zeros_like(p))
            state["step"] += 1
            state["held"] = state["held"] + p.grad if state.get("held") is not None else p.grad.clone()
        self.zero_grad()
    def step(self, closure=None):
        for p in self.param_groups[0]["params"]:
            p.grad = self.state[p].pop("held")
            self.state[p]["step"] -= 1  # torch's step counts this one again
        return super().step(closure)
def update(model, optimizer, parts):
    total = sum(len(labels) for _, labels in parts)
    optimizer.zero_grad()
    for inputs, labels in parts:
        (F.cross_entropy(model(inputs), labels, reduction="sum") / total).backward()
        optimizer.accumulate()
    optimizer.step()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: AccumulatingAdam(p, lr=5e-3))
