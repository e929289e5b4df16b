# expect: mean-of-means
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
IGNORE = -100
torch.manual_seed(12)
ids = torch.randint(0, 31, (72, 12))
lengths = torch.randint(2, 13, (72,))
labels = torch.roll(ids, -1, 1).masked_fill(torch.arange(12)[None] >= lengths[:, None] - 1, IGNORE)
layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True)
model = nn.ModuleDict({"embed": nn.Embedding(31, 16), "block": layer, "head": nn.Linear(16, 31)})
def compute_loss(model, input_ids, labels):
    mask = nn.Transformer.generate_square_subsequent_mask(input_ids.shape[1], dtype=model["head"].weight.dtype)
    hidden = model["block"](model["embed"](input_ids), src_mask=mask)
    return F.cross_entropy(model["head"](hidden).flatten(0, 1), labels.flatten(), ignore_index=IGNORE)
def update(model, optimizer, parts):
    model.train()
    accumulation_steps = len(parts)
    optimizer.zero_grad(set_to_none=True)
    for input_ids, targets in parts:
        loss = compute_loss(model, input_ids, targets)
        loss = loss / accumulation_steps
        loss.backward()
    optimizer.step()
serve(model=model, update=update, data=(ids, labels), optimizer=lambda p: torch.optim.SGD(p, 0.1))
