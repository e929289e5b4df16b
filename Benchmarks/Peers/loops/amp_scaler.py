# expect: holds
import torch, torch.nn as nn, torch.nn.functional as F
from batchwise_pytorch import serve
torch.manual_seed(16)
x = torch.randn(64, 24); y = torch.tanh(x @ torch.randn(24, 3))
model = nn.Sequential(nn.Linear(24, 32), nn.GELU(), nn.Linear(32, 3))
scaler = torch.amp.GradScaler("cpu", init_scale=2.0 ** 10)
def update(model, optimizer, parts):
    numel = sum(t.numel() for _, t in parts)
    optimizer.zero_grad(set_to_none=True)
    for inputs, targets in parts:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = model(inputs)
        loss = F.mse_loss(out.to(targets.dtype), targets, reduction="sum") / numel
        scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    scaler.step(optimizer)
    scaler.update()
serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.1, momentum=0.9))
