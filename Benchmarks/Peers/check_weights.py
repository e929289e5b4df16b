"""Checks files that other programs write against what Batchwise reads, and the other way round.

    python3 Benchmarks/Peers/check_weights.py .build/release/batchwise

Each check prints one line; the exit status is 1 where one fails.
"""

import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

MODEL = "mlp:784-12-10+batchnorm"


class Network(torch.nn.Module):
    """The model under Batchwise's names."""

    def __init__(self, classes=10):
        super().__init__()
        self.fc1 = torch.nn.Linear(784, 12)
        self.bn1 = torch.nn.BatchNorm1d(12)
        self.fc2 = torch.nn.Linear(12, classes)

    def forward(self, x):
        return self.fc2(torch.relu(self.bn1(self.fc1(x))))


def network(classes=10):
    """A network whose moving averages have seen a batch."""
    torch.manual_seed(1)
    made = Network(classes)
    made(torch.rand(64, 784))
    return made


def batchwise(program, *words):
    """Runs the program; returns its exit status, and what it printed as an error or a remark."""
    run = subprocess.run([program, *words], capture_output=True, text=True)
    return run.returncode, run.stderr.strip()


def loaded(program, path, *options):
    """A checkpoint's tensors before the first step of a training from a file, and what was said."""
    with tempfile.TemporaryDirectory() as folder:
        status, said = batchwise(
            program, "train", "--model", MODEL, "--epochs", "0", "--optimizer", "sgd",
            "--initial-weights", str(path), "--output", folder, *options)
        assert status == 0, said
        return load_file(Path(folder) / "checkpoint.safetensors"), said


def check_state_dicts(program, folder):
    """State dicts as PyTorch has them under wrappers, in other types, and in shards."""
    plain = network()
    expected = plain.state_dict()
    sequential = torch.nn.Sequential(plain.fc1, plain.bn1, torch.nn.ReLU(), plain.fc2)
    averaged = torch.nn.Module()
    averaged.model = plain
    from huggingface_hub import save_torch_state_dict

    cases = {
        "plain": expected,
        "DataParallel": torch.nn.DataParallel(plain).state_dict(),
        "compile": torch.compile(plain).state_dict(),
        "both": torch.compile(torch.nn.DataParallel(plain)).state_dict(),
        "attribute": averaged.state_dict(),
        "Sequential": sequential.state_dict(),
        "wrapped Sequential": torch.nn.DataParallel(sequential).state_dict(),
        "half": network().half().state_dict(),
        "bfloat16": network().bfloat16().state_dict(),
        "double": network().double().state_dict(),
        "shards": expected,
    }
    for name, state in cases.items():
        path = folder / f"{name}.safetensors"
        if name == "shards":
            path = folder / name
            path.mkdir()
            save_torch_state_dict(dict(state), path, max_shard_size=4000)
            assert len(list(path.glob("*.safetensors"))) > 1
        else:
            save_file({key: value.contiguous() for key, value in state.items()}, path)
        tensors, said = loaded(program, path)
        for (key, tensor), (_, own) in zip(expected.items(), state.items()):
            assert torch.equal(tensors[key], own.to(tensor.dtype)), (name, key)
        remark = said.removeprefix(f"{path}: ") or "nothing said"
        yield f"{name}: {remark}"

    save_file(network(classes=4).state_dict(), folder / "head.safetensors")
    tensors, said = loaded(program, folder / "head.safetensors", "--without-head")
    assert torch.equal(tensors["fc1.weight"], expected["fc1.weight"])
    assert tensors["fc2.weight"].shape == (10, 12)
    yield "head: " + said.rpartition(": ")[2]


def check_other_formats(program, folder):
    """Files that aren't safetensors, as the programs that write them do."""
    state = network().state_dict()
    torch.save(state, folder / "zip.pt")
    torch.save(state, folder / "legacy.pt", _use_new_zipfile_serialization=False)
    np.save(folder / "array.npy", state["fc1.weight"].numpy())
    np.savez(folder / "arrays.npz", weight=state["fc1.weight"].numpy())
    save_file(state, folder / "whole.safetensors")
    (folder / "packed.gz").write_bytes(gzip.compress((folder / "whole.safetensors").read_bytes()))
    words = {
        "zip.pt": "a PyTorch pickle in a zip archive", "legacy.pt": "a PyTorch pickle",
        "array.npy": "a NumPy array", "arrays.npz": "a NumPy archive", "packed.gz": "by gzip",
    }
    for name, word in words.items():
        status, said = batchwise(
            program, "train", "--initial-weights", str(folder / name), "--output",
            str(folder / "out"))
        assert status == 1 and word in said and "\n" not in said, said
        yield said.removeprefix("batchwise: ").removeprefix(f"{folder}/")


def check_checkpoints(program, folder):
    """A checkpoint of ours, loaded as the README says."""
    status, said = batchwise(
        program, "train", "--model", MODEL, "--epochs", "1", "--output", str(folder / "ours"))
    assert status == 0, said
    tensors = load_file(folder / "ours" / "checkpoint.safetensors")
    model = Network()
    model.load_state_dict({k: v for k, v in tensors.items() if not k.startswith("optimizer.")})
    assert torch.isfinite(model.eval()(torch.rand(2, 784))).all()
    yield f"a checkpoint of ours: {len(tensors)} tensors, {len(model.state_dict())} of the model"


CHECKS = [check_state_dicts, check_other_formats, check_checkpoints]


def main(program):
    """Runs all checks and returns the exit status."""
    status = 0
    for check in CHECKS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                for line in check(program, Path(folder)):
                    print(f"ok  {line}")
            except AssertionError as error:
                print(f"FAILED  {check.__name__}: {error}")
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
