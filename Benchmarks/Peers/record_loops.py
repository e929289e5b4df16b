"""Records what training loops answer to `batchwise verify --trainer`, for tests that replay it.

    python3 Benchmarks/Peers/record_loops.py .build/release/batchwise

runs the check on each loop in `loops/` and writes `recordings/loops/NAME.jsonl`: the loop's expected
verdict, from its first line, and every request with its answer and the tensors that came with it. It
puts itself between Batchwise and the loop, and speaks the trainer protocol to both. Names of loops
after the program restrict it to these. The loops need PyTorch or JAX.
"""

import json
import os
import pathlib
import shlex
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# Few samples, and as few numbers of a tensor as the checks can do with: recordings stay small.
OPTIONS = ["--batch-size", "24", "--limit", "6", "--json"]


def tensors(path):
    """The numbers of each tensor of a safetensors file of F64."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    return {
        name: list(struct.unpack(f"<{(end - start) // 8}d", data[8 + size + start:8 + size + end]))
        for name, entry in header.items() for start, end in [entry["data_offsets"]]}


def relay(loop, output):
    """Passes requests on to a loop and its answers back, and keeps them all."""
    outer = pathlib.Path(os.environ["BATCHWISE_FOLDER"])
    with tempfile.TemporaryDirectory() as folder:
        inner = pathlib.Path(folder)
        for name in ("requests", "replies"):
            os.mkfifo(inner / name)
        process = subprocess.Popen(
            [sys.executable, loop], env={**os.environ, "BATCHWISE_FOLDER": folder})
        exchanges = []
        with open(outer / "requests") as requests, open(outer / "replies", "w") as replies, \
                open(inner / "requests", "w") as ask, open(inner / "replies") as answers:
            for line in requests:
                print(line, end="", file=ask, flush=True)
                request = json.loads(line)
                if request["ask"] == "end":
                    break
                answer = answers.readline()
                exchange = {"request": line.rstrip("\n"), "answer": answer.rstrip("\n")}
                if request["ask"] == "run" and "error" not in json.loads(answer):
                    exchange["tensors"] = tensors(inner / request["file"])
                    (outer / request["file"]).write_bytes((inner / request["file"]).read_bytes())
                exchanges.append(exchange)
                print(answer, end="", file=replies, flush=True)
        # At once: Batchwise waits a second for the end, and some frameworks take longer.
        pathlib.Path(output).write_text(json.dumps(exchanges))
        process.wait()


def record(program, loop):
    """Records one loop; returns the line that tells of it."""
    expected = loop.read_text().splitlines()[0].removeprefix("# expect: ")
    with tempfile.TemporaryDirectory() as folder:
        kept = pathlib.Path(folder) / "exchanges.json"
        command = shlex.join([sys.executable, __file__, "--relay", str(loop), str(kept)])
        result = subprocess.run(
            [program, "verify", "--trainer", command, *OPTIONS],
            capture_output=True, text=True)
        if not kept.exists() or not result.stdout:
            sys.exit(f"{loop.name}: no recording: {result.stderr.strip()}")
        exchanges = json.loads(kept.read_text())
    found = json.loads(result.stdout)
    lines = [json.dumps({"loop": loop.stem, "expected": expected})]
    lines += [json.dumps(exchange, separators=(",", ":")) for exchange in exchanges]
    (HERE / "recordings" / "loops" / f"{loop.stem}.jsonl").write_text("\n".join(lines) + "\n")
    diagnosis = ", ".join(found["diagnosis"]) or "holds"
    mark = "" if diagnosis == expected else "   <-- expected " + expected
    return f"{loop.stem:30} {diagnosis:30} {found['seconds']:5.1f} s{mark}"


def main():
    if sys.argv[1:2] == ["--relay"]:
        relay(*sys.argv[2:])
        return
    if len(sys.argv) < 2:
        sys.exit("usage: record_loops.py BATCHWISE [LOOP …]")
    (HERE / "recordings" / "loops").mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:]
    for loop in sorted((HERE / "loops").glob("*.py")):
        if not wanted or loop.stem in wanted:
            print(record(sys.argv[1], loop), flush=True)


if __name__ == "__main__":
    main()
