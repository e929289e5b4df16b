# expect: holds
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(19)
corpus = torch.randint(0, 50, (96, 7))  # six words of context, then the word to guess
class TiedBag(nn.Module):
    def __init__(self, vocab=50, dim=18):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.mix = nn.Linear(dim, dim)
        self.decoder = nn.Linear(dim, vocab)
        self.decoder.weight = self.embed.weight
    def forward(self, context):
        return self.decoder(torch.tanh(self.mix(self.embed(context).mean(1))))
def update(model, optimizer, parts):
    total = sum(word.numel() for _, word in parts)
    optimizer.zero_grad()
    for context, word in parts:
        logp = F.log_softmax(model(context), dim=-1)
        nll = -logp.gather(1, word[:, None]).sum()
        nll.div(total).backward()
    optimizer.step()
serve(model=TiedBag(), update=update, data=(corpus[:, :6], corpus[:, 6]), optimizer=lambda p: torch.optim.Adam(p, 1e-3, amsgrad=True))
