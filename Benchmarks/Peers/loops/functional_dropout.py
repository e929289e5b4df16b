# expect: random-per-pass
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(38)
x = torch.randn(76, 18); y = torch.randint(0, 5, (76,))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(18, 30)
        self.fc2 = nn.Linear(30, 5)
    def forward(self, x):
        x = F.dropout(x, 0.2, training=True)  # stays on in eval() too
        h = F.dropout(torch.relu(self.fc1(x)), 0.2, training=True)
        return self.fc2(h)
def update(model, optimizer, parts):
    model.eval()
    total = sum(len(labels) for _, labels in parts)
    for inputs, labels in parts:
        loss = F.nll_loss(F.log_softmax(model(inputs), -1), labels, reduction="sum") / total
        loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
serve(model=Net(), update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.1))
