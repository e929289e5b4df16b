# expect: coupled-samples
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(14)
latent = torch.randn(64, 5)
images = latent @ torch.randn(5, 20) + 0.1 * torch.randn(64, 20)
texts = latent @ torch.randn(5, 14) + 0.1 * torch.randn(64, 14)
class TwoTowers(nn.Module):
    def __init__(self):
        super().__init__()
        self.image, self.text = nn.Linear(20, 8), nn.Linear(14, 8)
        self.log_scale = nn.Parameter(torch.tensor(1.0))
    def forward(self, image, text):
        a, b = F.normalize(self.image(image), dim=-1), F.normalize(self.text(text), dim=-1)
        return self.log_scale.exp() * a @ b.T
def update(model, optimizer, parts):
    total = sum(len(image) for image, _ in parts)
    optimizer.zero_grad()
    for image, text in parts:
        logits = model(image, text)
        target = torch.arange(len(image))
        loss = F.cross_entropy(logits, target, reduction="sum") + F.cross_entropy(logits.T, target, reduction="sum")
        (loss / (2 * total)).backward()
    optimizer.step()
serve(model=TwoTowers(), update=update, data=(images, texts), optimizer=lambda p: torch.optim.SGD(p, 0.05))
