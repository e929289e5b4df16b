# expect: mean-of-means
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(13)
words = torch.randint(1, 40, (80, 10)); tags = torch.randint(0, 6, (80, 10))
length = torch.randint(1, 11, (80,))
pad = torch.arange(10).expand(80, 10) >= length.unsqueeze(1)
words[pad] = 0; tags[pad] = -1
class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(40, 12, padding_idx=0)
        self.net = nn.Sequential(nn.Linear(12, 20), nn.ReLU(), nn.Linear(20, 6))
    def forward(self, batch):
        return self.net(self.embed(batch["words"]))
def update(model, optimizer, parts):
    batch_size = sum(p["words"].size(0) for p in parts)
    optimizer.zero_grad()
    for part in parts:
        loss = F.cross_entropy(model(part).transpose(1, 2), part["tags"], ignore_index=-1)
        weight = part["words"].size(0) / batch_size  # sentences, though the mean is over words
        (loss * weight).backward()
    optimizer.step()
serve(model=Tagger(), update=update, data={"words": words, "tags": tags}, optimizer=lambda p: torch.optim.Adam(p, lr=1e-2))
