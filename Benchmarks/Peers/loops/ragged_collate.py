# expect: holds
import torch, torch.nn as nn, torch.nn.functional as F
from torch.nn.utils.rnn import pad_sequence
from batchwise_pytorch import serve
torch.manual_seed(22)
reviews = []
for i in range(45):
    length = int(torch.randint(2, 20, ()))
    reviews.append((torch.randint(1, 60, (length,)), i % 3))
def collate(samples):
    ids = pad_sequence([s[0] for s in samples], batch_first=True)  # to the longest of this part
    return ids, ids.ne(0), torch.tensor([s[1] for s in samples])
class MeanPool(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(60, 14)  # padding has a row of its own: only the mask keeps it out
        self.fc = nn.Linear(14, 3)
    def forward(self, ids, mask):
        mask = mask.unsqueeze(-1)
        return self.fc((self.embed(ids) * mask).sum(1) / mask.sum(1))
def update(model, optimizer, parts):
    total = sum(len(labels) for *_, labels in parts)
    optimizer.zero_grad()
    for ids, mask, labels in parts:
        (F.cross_entropy(model(ids, mask), labels, reduction="sum") / total).backward()
    optimizer.step()
serve(model=MeanPool(), update=update, data=reviews, collate=collate, optimizer=lambda p: torch.optim.Adagrad(p, 0.05))
