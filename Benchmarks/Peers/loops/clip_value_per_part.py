# expect: clipped-per-part
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(28)
x = torch.randn(64, 6, 4); y = x[:, -1, :1] * x[:, -2, 1:2]
class LSTMHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 10, batch_first=True)
        self.fc = nn.Linear(10, 1)
    def forward(self, x):
        return self.fc(self.lstm(x)[0][:, -1])
def update(model, optimizer, parts):
    count = sum(x.size(0) for x, _ in parts)
    optimizer.zero_grad()
    for inputs, target in parts:
        loss = F.smooth_l1_loss(model(inputs), target, reduction="sum") / count
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), clip_value=0.002)
    optimizer.step()
serve(model=LSTMHead(), update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.1))
