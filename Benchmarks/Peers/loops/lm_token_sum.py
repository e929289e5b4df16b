# expect: holds
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
PAD = 0
g = torch.Generator().manual_seed(11)
tokens = torch.randint(1, 29, (64, 13), generator=g)
lengths = torch.randint(3, 14, (64, 1), generator=g)
tokens[torch.arange(13) >= lengths] = PAD
class CausalConvLM(nn.Module):
    def __init__(self, vocab=29, dim=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=PAD)
        self.conv = nn.Conv1d(dim, dim, 3)
        self.head = nn.Linear(dim, vocab)
    def forward(self, ids):
        h = F.pad(self.embed(ids).transpose(1, 2), (2, 0))
        return self.head(F.gelu(self.conv(h)).transpose(1, 2))
torch.manual_seed(11); model = CausalConvLM()
def update(model, optimizer, parts):
    seen = 0
    for ids, labels in parts:
        logits = model(ids)
        F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=PAD, reduction="sum").backward()
        seen += int((labels != PAD).sum())
    for p in model.parameters():  # the total is known only now
        p.grad.div_(seen)
    optimizer.step()
    optimizer.zero_grad()
serve(model=model, update=update, data=(tokens[:, :-1], tokens[:, 1:]), optimizer=lambda p: torch.optim.AdamW(p, 3e-3, weight_decay=0.01))
