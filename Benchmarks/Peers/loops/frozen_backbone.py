# expect: holds
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(20)
pictures = torch.randn(56, 1, 9, 9); kinds = torch.randint(0, 4, (56,))
class FineTuned(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        self.head = nn.Linear(54, 4)
        for p in self.backbone.parameters():
            p.requires_grad_(False)
    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()  # its batch norm keeps the statistics it came with
        return self
    def forward(self, x):
        with torch.no_grad():
            features = self.backbone(x)
        return self.head(features)
model = FineTuned().train()
def update(model, optimizer, parts):
    model.train()
    total = sum(map(len, (y for _, y in parts)))
    optimizer.zero_grad()
    for x, y in parts:
        (F.cross_entropy(model(x), y, reduction="sum") / total).backward()
    optimizer.step()
trainable = lambda params: torch.optim.SGD([p for p in params if p.requires_grad], lr=0.1)
serve(model=model, update=update, data=(pictures, kinds), optimizer=trainable)
