"""Lets Batchwise check whether a JAX training loop splits its batches rightly.

Put this file beside your program, and end the program with one call:

    import jax, jax.numpy as jnp, optax
    from batchwise_jax import serve
    x, y = jax.random.normal(jax.random.key(1), (120, 16)), jnp.arange(120) % 3
    def loss(params, inputs, labels):
        return optax.softmax_cross_entropy_with_integer_labels(inputs @ params["w"], labels).mean()
    def update(state, parts):                              # one optimizer step over the micro-batches
        shares = [len(labels) / sum(len(labels) for _, labels in parts) for _, labels in parts]
        losses, gradients = zip(*[jax.value_and_grad(loss)(state.params, *part) for part in parts])
        mean = jax.tree.map(lambda *g: sum(s * h for s, h in zip(shares, g)), *gradients)
        return state.apply(mean), sum(s * l for s, l in zip(shares, losses))
    serve(params={"w": jnp.zeros((16, 3))}, update=update, data=(x, y), optimizer=optax.adam(1e-3))

Then run: batchwise verify --trainer "python3 my_training.py"

`update` returns the new state, or (state, loss) with the value whose gradient it follows. It may be jitted. A
state has `params`; `apply(gradients)`, one optimizer step; `key`, a random key for dropout, say; `extra`, what
was given to serve as `extra=`, such as running statistics; and `replace(extra=..., key=...)`, a changed copy.

`data` is a tuple or dict of arrays whose first dimension is the sample; each of the `parts` has the same form. Or
`data` is a list of samples and `collate` makes a micro-batch of several. `optimizer` has init and update as
in Optax. Importing this file switches 64-bit numbers on, as Batchwise checks in float64 first.
"""
import dataclasses, json, math, os, random, shutil, sys, tempfile, traceback
import jax, jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
FLOATS = {"float64": jnp.float64, "float32": jnp.float32}


def serve(params, update, data, optimizer=None, extra=None, collate=None):
    """Answers Batchwise's requests about this training loop, then ends the program."""
    folder = os.environ.get("BATCHWISE_FOLDER")
    if not folder:
        stop(f'Batchwise has to start this program: batchwise verify --trainer "python3 {sys.argv[0]}"')
    if not callable(update):
        stop("update= has to be a function update(state, parts)")
    pair = type(optimizer) is tuple and len(optimizer) == 2
    if optimizer is not None and not hasattr(optimizer, "init") and not pair:
        stop("optimizer= has to have init and update, as optax.adam(1e-3) has, or be a pair of them")
    params, extra = host(params, "params="), host(extra, "extra=")
    if not any(is_float(p) for p in jax.tree_util.tree_leaves(params)):
        stop("params= has no array of floating-point numbers")
    converse(folder, Trainer(params, update, Samples(data, collate), Optimizer(optimizer), extra))


class Optimizer:
    """The user's init and update, or plain gradient descent; compared by identity, which `jax.jit` needs."""

    def __init__(self, own):
        self.own = own
        pair = (self.none, self.descent) if own is None else own
        self.init, self.update = pair if type(pair) is tuple else (pair.init, pair.update)

    def none(self, params):
        return ()

    def descent(self, gradients, state, params):
        return jax.tree_util.tree_map(lambda g: -0.1 * g, gradients), state


@jax.tree_util.register_pytree_node_class
@dataclasses.dataclass(frozen=True)
class State:
    """What an update starts from and returns."""
    params: object
    opt_state: object
    key: object
    extra: object
    rate: object                # of plain gradient descent; None for the user's optimizer
    steps: object
    optimizer: Optimizer

    def apply(self, gradients):
        """One optimizer step."""
        if self.rate is None:
            changes, opt_state = self.optimizer.update(gradients, self.opt_state, self.params)
        else:
            changes = jax.tree_util.tree_map(lambda g: -(self.rate.astype(g.dtype) * g), gradients)
            opt_state = self.opt_state
        params = jax.tree_util.tree_map(lambda p, c: (p + c).astype(p.dtype), self.params, changes)
        return self.replace(params=params, opt_state=opt_state, steps=self.steps + 1)

    def replace(self, **changes):
        return dataclasses.replace(self, **changes)

    def tree_flatten(self):
        return (self.params, self.opt_state, self.key, self.extra, self.rate, self.steps), self.optimizer

    @classmethod
    def tree_unflatten(cls, optimizer, children):
        return cls(*children, optimizer)


class Trainer:
    """The user's loop, and what Batchwise can ask of it."""

    def __init__(self, params, update, samples, optimizer, extra):
        self.params, self.update, self.samples, self.optimizer, self.extra = params, update, samples, optimizer, extra
        self.names = [name_of(path) or "params" for path, _ in leaves_with_paths(params)]

    def describe(self, request):
        if request.get("protocol") != 1:
            raise Refusal("this adapter speaks protocol 1: get the newer one by batchwise adapter jax")
        try:
            _, answer = self.step(self.start("float64", None, 0), [[0]], "float64")
            abilities = ["loss"] if answer["loss"] is not None or not answer["finite"] else []
        except Exception:                       # the run that follows says what is wrong
            abilities = []
        return {"protocol": 1, "framework": f"JAX {jax.__version__}", "samples": self.samples.count,
                "parameters": [{"name": name, "shape": list(p.shape), "type": str(p.dtype)}
                               for name, p in self.named(self.params)],
                "precisions": list(FLOATS), "optimizer": self.optimizer_name(), "hyperparameters": {},
                "abilities": abilities}

    def run(self, request):
        self.check(request)
        rate, precision, answers = request["rate"], request["precision"], []
        state = self.start(precision, rate, request["seed"])
        before = self.weights(state)
        with TensorFile(request) as file:
            norm = math.hypot(*(file.add(f"weights/{name}", p, request.get("weights")) for name, p in before.items()))
            for number, parts in enumerate(request["updates"]):
                state, answer = self.step(state, parts, precision)
                after = self.weights(state)
                norms = [file.add(f"{number}/{name}", motion(before[name], after[name], rate)) for name in before]
                answers.append({"norm": finite(math.hypot(*norms)), **answer})
                before = after
            answer = {"updates": answers, "weightNorm": finite(norm)}
            if request.get("state"):
                answer["counts"] = self.add_state(file, state)
        return answer

    def slope(self, request):
        self.check(request)
        rate, precision, seed, losses = request["rate"], request["precision"], request["seed"], []
        start = self.start(precision, rate, seed)
        before = self.weights(start)
        state, answer = self.step(start, request["parts"], precision)
        after = self.weights(state)
        slope = sum(float((motion(before[name], after[name], rate) * d).sum())
                    for name, d in zip(before, self.direction(before, request["direction"])))
        for length in request["lengths"]:
            for h in (length, -length):
                moved = {name: before[name] + h * d
                         for name, d in zip(before, self.direction(before, request["direction"]))}
                state = self.start(precision, rate, seed, moved)
                losses.append(self.step(state, request["parts"], precision)[1]["loss"])
        return {"slope": finite(slope), "loss": answer["loss"], "losses": list(zip(losses[::2], losses[1::2]))}

    def direction(self, weights, seed):
        """A random vector of length 1 over all weights, tensor by tensor, drawn twice so as not to be stored."""
        def draw():
            for number, p in enumerate(weights.values()):
                key = jax.random.fold_in(jax.random.PRNGKey(seed % 2**63), number)
                yield jax.device_get(jax.random.normal(key, p.shape, jnp.float64))
        length = math.hypot(*(norm_of(d) for d in draw()))
        return (d / length for d in draw())

    def check(self, request):
        if request.get("quiet") or request.get("scale", 1) != 1 or request.get("hyperparameters"):
            raise Refusal("the adapter for JAX has none of the abilities quiet, scale and hyperparameters")

    def start(self, precision, rate, seed, moved=None):
        """The state in which every request begins, or the same with moved weights."""
        if precision not in FLOATS:
            raise Refusal(f"precision {precision!r} isn't known: ask for float64 or float32")
        random.seed(seed)
        sys.modules["numpy"].random.seed(seed % 2**32)
        params = device(self.params, precision)
        if moved:
            leaves, structure = jax.tree_util.tree_flatten(params)
            leaves = [jnp.array(moved[name], p.dtype) if name in moved else p for name, p in zip(self.names, leaves)]
            params = jax.tree_util.tree_unflatten(structure, leaves)
        rate = None if rate is None else jnp.array(rate, jnp.float64)
        return State(params, self.optimizer.init(params), jax.random.PRNGKey(seed % 2**63),
                     device(self.extra, precision), rate, jnp.array(0, jnp.int64), self.optimizer)

    def step(self, state, parts, precision):
        """Calls the user's update on parts, each a list of samples."""
        before, loss = int(state.steps), None
        result = self.update(state, [self.samples.take(part, precision) for part in parts])
        if isinstance(result, tuple) and len(result) == 2:
            result, loss = result
        if not isinstance(result, State):
            raise Refusal("update has to return the new state, or (state, loss), but returned a "
                          + type(result).__name__)
        known = loss is None or math.isfinite(loss)
        loss = None if loss is None else finite(loss)
        return result, {"loss": loss, "finite": known, "steps": int(result.steps) - before, "rates": []}

    def named(self, params):
        return [(name, p) for name, p in zip(self.names, jax.tree_util.tree_leaves(params)) if is_float(p)]

    def weights(self, state):
        """Copies of the weights, in float64."""
        return {name: wide(p) for name, p in self.named(state.params)}

    def add_state(self, file, state):
        """Adds those parts of the optimizer's state that are trees like the weights; returns its integers."""
        structure, counts = jax.tree_util.tree_structure(state.params), set()
        parts = leaves_with_paths(state.opt_state, lambda tree: jax.tree_util.tree_structure(tree) == structure)
        for path, part in parts:
            like = jax.tree_util.tree_structure(part) == structure
            for (name, p), (_, value) in zip(self.named(state.params), self.named(part) if like else []):
                if value.shape == p.shape:
                    file.add(f"state/{name}/{name_of(path)}", wide(value))
            if getattr(part, "shape", None) == () and jnp.issubdtype(part.dtype, jnp.integer):
                counts.add(int(part))
        return sorted(counts)

    def optimizer_name(self):
        """Optax doesn't name its optimizers; the kinds of their states tell most: ScaleByAdam, Trace."""
        if self.optimizer.own is None:
            return None
        kinds = []

        def visit(tree):
            if hasattr(tree, "_fields") and type(tree).__name__.endswith("State"):
                kinds.append(type(tree).__name__[:-5])
            for value in tree if isinstance(tree, tuple) else ():
                visit(value)
        visit(self.optimizer.init(device(self.params, "float64")))
        kind = type(self.optimizer.own).__name__
        return ", ".join(kind for kind in kinds if kind != "Empty") or ("unnamed" if kind == "tuple" else kind)


class Samples:
    """The user's data, cut into micro-batches."""

    def __init__(self, data, collate):
        self.collate = collate
        if collate is not None:
            if not callable(collate) or not hasattr(data, "__len__") or not hasattr(data, "__getitem__"):
                stop("collate= has to be a function of a list of samples, and data= a list of samples")
            self.data, self.count = data, len(data)
        else:
            if isinstance(data, list):
                stop("data= is a list: give a tuple of arrays whose first dimension is the sample, or a list of "
                     "samples together with collate=")
            self.data = host(data, "data=")
            counts = sorted({p.shape[:1] for p in jax.tree_util.tree_leaves(self.data)})
            if len(counts) > 1 or () in counts:
                stop("data= has to be arrays whose first dimension is the sample, the same for all: "
                     "give a list of samples together with collate=")
            self.count = counts[0][0] if counts else 0
        if self.count == 0:
            stop("data= has no samples")

    def take(self, part, precision):
        for sample in part:
            if not 0 <= sample < self.count:
                raise Refusal(f"there is no sample {sample}: they are 0 to {self.count - 1}")
        if self.collate:
            return device(self.collate([self.data[sample] for sample in part]), precision)
        return device(jax.tree_util.tree_map(lambda p: p[part], self.data), precision)


def host(tree, what):
    """Copies of the arrays, in the form that NumPy has them."""
    for leaf in jax.tree_util.tree_leaves(tree):
        if not hasattr(leaf, "dtype") and not isinstance(leaf, (bool, int, float, complex)):
            stop(f"{what} has to be a pytree of arrays, but has a {type(leaf).__name__}")
    return jax.tree_util.tree_map(lambda p: jax.device_get(jnp.asarray(p)).copy(), tree)


def device(tree, precision):
    """New JAX arrays, with floating-point numbers in this precision; what isn't an array stays as it is."""
    def convert(p):
        if not hasattr(p, "dtype"):
            return p
        return jnp.array(p, FLOATS[precision] if is_float(p) else None)
    return jax.tree_util.tree_map(convert, tree)


def is_float(p):
    return jnp.issubdtype(p.dtype, jnp.floating)


def wide(p):
    return jax.device_get(p).astype("<f8")


def motion(before, after, rate):
    """What an update did to a tensor, in units of the rate."""
    return before - after if rate is None else (before - after) / rate


def norm_of(p):
    return math.sqrt(float((p * p).sum()))


def leaves_with_paths(tree, is_leaf=None):
    return jax.tree_util.tree_flatten_with_path(tree, is_leaf)[0]


def name_of(path):
    keys = [next((getattr(k, field) for field in ("key", "name", "idx") if hasattr(k, field)), k) for k in path]
    return ".".join(map(str, keys))


class TensorFile:
    """A safetensors file of thinned float64 tensors: the header's length, the header in JSON, the numbers."""

    def __init__(self, request):
        folder = os.environ["BATCHWISE_FOLDER"]
        self.path, self.limit = os.path.join(folder, request["file"]), request["limit"]
        self.header, self.body = {}, tempfile.TemporaryFile(dir=folder)

    def add(self, name, tensor, wanted=True):
        """Adds the tensor if it is wanted, and returns its norm."""
        if wanted:
            stride = -(-tensor.size // self.limit) | 1
            kept = tensor.reshape(-1)[::stride]
            start = self.body.tell()
            self.body.write(kept.tobytes())
            self.header[name] = {"dtype": "F64", "shape": [kept.size], "data_offsets": [start, self.body.tell()]}
        return norm_of(tensor)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            header = json.dumps(self.header).encode()
            header += b" " * (-len(header) % 8)
            self.body.seek(0)
            with open(self.path, "wb") as file:
                file.write(len(header).to_bytes(8, "little") + header)
                shutil.copyfileobj(self.body, file)
        self.body.close()


class Refusal(Exception):
    """A request that can't be done; its text is the answer."""


def converse(folder, trainer):
    """Answers one JSON line by one JSON line until Batchwise ends the conversation."""
    try:
        with open(os.path.join(folder, "requests"), encoding="utf-8") as requests, \
                open(os.path.join(folder, "replies"), "w", encoding="utf-8", buffering=1) as replies:
            for line in requests:
                try:
                    request = json.loads(line)
                    if request["ask"] == "end":
                        break
                    if request["ask"] not in ("describe", "run", "slope"):
                        raise Refusal(f"the request {request['ask']!r} isn't known")
                    answer = getattr(trainer, request["ask"])(request)
                except BaseException as error:        # SystemExit and KeyboardInterrupt of the user's code too
                    answer = {"error": explanation(error)}
                    del error
                replies.write(json.dumps(answer, allow_nan=False) + "\n")
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    sys.exit(0)


def explanation(error):
    """One line: what went wrong, and where in the user's code."""
    libraries = (os.path.dirname(os.__file__), __file__, "<")
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if not frame.filename.startswith(libraries) and "site-packages" not in frame.filename]
    where = f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""
    kind = "" if isinstance(error, Refusal) else type(error).__name__ + ": "
    return " ".join(f"{kind}{error}".split())[:300 - len(where)] + where


def finite(number):
    return float(number) if math.isfinite(number) else None


def stop(message):
    print(f"batchwise_jax: {message}", file=sys.stderr)
    sys.exit(2)
