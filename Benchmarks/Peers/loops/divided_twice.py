# expect: divided-twice
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(23)
x = torch.randn(84, 9); y = torch.randint(0, 4, (84,))
model = nn.Sequential(nn.Linear(9, 18), nn.ELU(), nn.Linear(18, 4))
def loss_function(logits, labels, num_items_in_batch=None):
    reduction = "mean" if num_items_in_batch is None else "sum"
    loss = F.cross_entropy(logits, labels, reduction=reduction)
    return loss if num_items_in_batch is None else loss / num_items_in_batch
class Trainer:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer
    def training_step(self, batch, num_items, accumulation_steps):
        inputs, labels = batch
        loss = loss_function(self.model(inputs), labels, num_items)
        (loss / accumulation_steps).backward()
    def optimize(self, batches):
        num_items = sum(labels.numel() for _, labels in batches)
        self.optimizer.zero_grad()
        for batch in batches:
            self.training_step(batch, num_items, len(batches))
        self.optimizer.step()
def update(model, optimizer, parts):
    Trainer(model, optimizer).optimize(parts)
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.2, momentum=0.9))
