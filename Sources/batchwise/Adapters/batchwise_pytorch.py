"""Lets Batchwise check whether a PyTorch training loop splits its batches rightly.

Put this file beside your program, and end the program with one call:

    import torch, torch.nn.functional as F
    from batchwise_pytorch import serve
    x, y = torch.randn(120, 16), torch.randint(0, 3, (120,))
    model = torch.nn.Linear(16, 3)
    def update(model, optimizer, parts):                   # one optimizer step, the way you do it
        count = sum(len(labels) for _, labels in parts)
        optimizer.zero_grad()
        for inputs, labels in parts:                       # the micro-batches
            (F.cross_entropy(model(inputs), labels) * len(labels) / count).backward()
        optimizer.step()
    serve(model=model, update=update, data=(x, y), optimizer=lambda p: torch.optim.AdamW(p, 1e-3))

Then run: batchwise verify --trainer "python3 my_training.py"

`data` is a tensor, or a tuple or dict of tensors, whose first dimension is the sample; each of the `parts`
has the same form. Or `data` is a list of samples (or a Dataset), and `collate` makes a micro-batch of
several. `optimizer` makes an optimizer of a list of parameters; a learning-rate schedule belongs there too.

Every request starts anew. The adapter restores the model, and the variables that `update` and its helper
functions in the same file name: numbers, tensors, lists, dicts, modules, and objects with a state_dict.
"""
import contextlib, copy, ctypes, functools, inspect, json, math, os, random, shutil, sys, tempfile, traceback, types
import torch
from torch.overrides import TorchFunctionMode

PRECISIONS = {"float64": torch.float64, "float32": torch.float32, "native": None}
HYPERPARAMETERS = ("lr", "momentum", "betas", "alpha", "eps", "weight_decay", "nesterov")


def serve(model, update, data, optimizer=None, collate=None):
    """Answers Batchwise's requests about this training loop, then ends the program."""
    folder = os.environ.get("BATCHWISE_FOLDER")
    if not folder:
        stop(f'Batchwise has to start this program: batchwise verify --trainer "python3 {sys.argv[0]}"')
    if not isinstance(model, torch.nn.Module):
        stop(f"model= has to be a torch.nn.Module, but is a {type(model).__name__}")
    if any(torch.nn.parameter.is_lazy(p) for p in model.parameters()):
        stop("model= has lazy layers without a shape: run the model on one sample before you call serve")
    if any(p.device.type == "meta" for p in model.parameters()):
        stop("model= has parameters on the meta device, without numbers: load or initialise its weights first")
    if not any(p.requires_grad for p in model.parameters()):
        stop("model= has no parameter that learns: all have requires_grad = False")
    if not callable(update):
        stop("update= has to be a function update(model, optimizer, parts)")
    if optimizer is not None and (not callable(optimizer) or isinstance(optimizer, torch.optim.Optimizer)):
        stop("optimizer= has to be a function that makes one: optimizer=lambda p: torch.optim.AdamW(p, 1e-3)")
    converse(folder, Trainer(model, update, Samples(data, collate), optimizer))


class Trainer:
    """The user's loop, and what Batchwise can ask of it."""

    def __init__(self, model, update, samples, optimizer):
        self.model, self.update, self.samples, self.factory = model, update, samples, optimizer
        self.weights = {name: p for name, p in model.named_parameters() if p.requires_grad}
        self.start = Start(model, update, optimizer)
        types = {p.dtype for p in model.parameters() if p.is_floating_point()}
        self.native = types.pop() if len(types) == 1 else None
        self.types = {name: str(p.dtype)[6:] for name, p in self.weights.items()}

    def describe(self, request):
        if request.get("protocol") != 1:
            raise Refusal("this adapter speaks protocol 1: get the newer one by batchwise adapter pytorch")
        precisions = ["float64", "float32"][any(p.device.type == "mps" for p in self.weights.values()):]
        if str(self.native)[6:] not in precisions:
            precisions.append("native")
        with self.session({"precision": "native", "rate": None, "seed": 0}) as session:
            group = session.optimizer.param_groups[0]
        values = {name: group[name] for name in HYPERPARAMETERS if name in group}
        if "initial_lr" in group:
            values["lr"] = group["initial_lr"]            # before a schedule's warm-up makes it smaller
        values = {name: [float(v) for v in value] if isinstance(value, (list, tuple)) else float(value)
                  for name, value in values.items() if value is not None}
        return {"protocol": 1, "framework": f"PyTorch {torch.__version__}", "samples": self.samples.count,
                "parameters": [{"name": name, "shape": list(real(p).shape), "type": self.types[name]}
                               for name, p in self.weights.items()],
                "precisions": precisions, "optimizer": type(session.optimizer).__name__ if self.factory else None,
                "hyperparameters": values if self.factory else {},
                "abilities": ["scale", "quiet", "loss"] + ["hyperparameters"] * bool(self.factory)}

    def run(self, request):
        rate, answers = request["rate"], []
        with self.session(request) as session, TensorFile(request) as file:
            weights = list(self.weights.items())
            norm = math.hypot(*(file.add(f"weights/{name}", wide(p), request.get("weights")) for name, p in weights))
            before = [p.detach().clone() for _, p in weights]
            for number, parts in enumerate(request["updates"]):
                answer = session.run(parts)
                norms = []
                for (name, p), old in zip(weights, before):
                    norms.append(file.add(f"{number}/{name}", motion(old, p, rate)))
                    old.copy_(p.detach())
                answers.append({"norm": finite(math.hypot(*norms)), **answer})
            answer = {"updates": answers, "weightNorm": finite(norm)}
            if request.get("state"):
                state, counts = getattr(session.optimizer, "state", {}), set()
                for name, p in weights:
                    for slot, value in state.get(p, {}).items():
                        if slot == "step":
                            counts.add(int(value))
                        elif isinstance(value, torch.Tensor) and value.shape == p.shape:
                            file.add(f"state/{name}/{slot}", wide(value))
                for number, tensor in enumerate(self.start.others(self.weights.values())):
                    file.add(f"state/{number}/buffer", wide(tensor))
                answer["counts"] = sorted(counts)
        return answer

    def slope(self, request):
        losses, weights = [], list(self.weights.values())
        with self.session(request) as session:
            before = [p.detach().clone() for p in weights]
            loss = session.run(request["parts"])["loss"]
            slope = sum(float((motion(old, p, request["rate"]) * d.to(old.device)).sum())
                        for old, p, d in zip(before, weights, self.direction(request["direction"])))
        del before
        for length in request["lengths"]:
            for h in (length, -length):
                with self.session(request) as session:
                    for p, d in zip(weights, self.direction(request["direction"])):
                        moved = wide(p)
                        real(p).copy_(moved.add_(d.to(moved.device), alpha=h))
                    losses.append(session.run(request["parts"])["loss"])
        return {"slope": finite(slope), "loss": loss, "losses": list(zip(losses[::2], losses[1::2]))}

    def direction(self, seed):
        """A random vector of length 1 over all weights, tensor by tensor, drawn twice so as not to be stored."""
        def draw():
            generator = torch.Generator(device="cpu").manual_seed(seed)
            for p in self.weights.values():
                yield torch.randn(real(p).shape, generator=generator, dtype=torch.float64, device="cpu")
        length = math.hypot(*(float(torch.linalg.vector_norm(d)) for d in draw()))
        return (d.div_(length) for d in draw())

    @contextlib.contextmanager
    def session(self, request):
        """Restores the start, switches on what the request asks for, and switches it off again."""
        precision, rate = request["precision"], request["rate"]
        if precision not in PRECISIONS:
            raise Refusal(f"precision {precision!r} isn't known: ask for float64, float32 or native")
        dtype = None if PRECISIONS[precision] == self.native else PRECISIONS[precision]
        with contextlib.ExitStack() as stack:
            self.start.restore(dtype, request["seed"])
            stack.callback(torch.set_default_dtype, torch.get_default_dtype())
            if dtype:
                torch.set_default_dtype(dtype)
                stack.enter_context(NoNarrower(dtype))
            if request.get("quiet"):
                make_quiet(stack, self.start.modules)
            if request.get("scale", 1) != 1:
                for p in self.weights.values():
                    stack.callback(p.register_hook(lambda gradient: gradient * request["scale"]).remove)
                    hooks = p._backward_hooks
                    for key in list(hooks)[:-1]:          # puts the user's own hooks after this one
                        hooks[key] = hooks.pop(key)
            session = Session(self, dtype, self.optimizer(request.get("hyperparameters") or {}), rate)
            session.watch(stack)
            yield session

    def optimizer(self, overrides):
        """Makes the optimizer anew; hyperparameters are replaced before a schedule can read them."""
        original, first = torch.optim.Optimizer.add_param_group, []

        def add_param_group(optimizer, group):
            original(optimizer, group)
            group = optimizer.param_groups[-1]
            first.append(group.get("lr"))
            for name, value in overrides.items():
                if name not in group:
                    raise Refusal(f"{type(optimizer).__name__} has no hyperparameter {name!r}")
                if name == "lr" and first[0]:
                    value = group["lr"] * (value / float(first[0]))          # ratios between groups stay
                group[name] = tuple(value) if isinstance(value, list) else value
        with contextlib.ExitStack() as stack:
            patch(stack, torch.optim.Optimizer, "add_param_group", add_param_group)
            factory = self.factory or (lambda p: torch.optim.SGD(p, 0.1))
            optimizer = factory(list(self.model.parameters()))
        if not hasattr(optimizer, "param_groups") or not hasattr(optimizer, "step"):
            raise Refusal(f"optimizer= has to return a torch optimizer, but returned a {type(optimizer).__name__}")
        return optimizer


class Session:
    """One request's updates: counts optimizer steps and records what is backpropagated from."""

    def __init__(self, trainer, dtype, optimizer, rate):
        self.trainer, self.dtype, self.optimizer = trainer, dtype, optimizer
        self.steps, self.loss, self.factor, self.inside = 0, None, 1, False
        own = optimizer.step

        def step(optimizer, *arguments, **named):
            self.steps += 1
            return own(*arguments, **named)

        def plain(optimizer, closure=None, **_):
            self.steps += 1
            loss = None
            if closure is not None:
                with torch.enable_grad():
                    loss = closure()
            with torch.no_grad():
                for group in optimizer.param_groups:
                    for p in group["params"]:
                        if p.grad is not None:
                            p.add_(p.grad.coalesce() if p.grad.is_sparse else p.grad, alpha=-rate)
            optimizer._opt_called = True                  # a schedule looks for it, and warns
            return loss
        if rate is not None:
            step = getattr(torch.optim.Optimizer, "profile_hook_step", lambda f: f)(plain)   # runs step hooks
            optimizer._step_supports_amp_scaling = False  # so that GradScaler unscales before the step
        if rate is not None or hasattr(own, "_wrapped_by_lr_sched"):
            step._wrapped_by_lr_sched = True              # a schedule looks for this one, too
        optimizer.step = types.MethodType(step, optimizer)

    def run(self, parts):
        """Calls the user's update on parts, each a list of samples."""
        self.steps, self.loss, self.factor = 0, None, 1
        self.trainer.update(self.trainer.model, self.optimizer,
                            [self.trainer.samples.take(part, self.dtype) for part in parts])
        rates = [finite(group["lr"]) for group in self.optimizer.param_groups if "lr" in group]
        loss = None if self.loss is None else finite(self.loss / self.factor)
        known = self.loss is None or math.isfinite(self.loss)
        return {"loss": loss, "finite": known, "steps": self.steps, "rates": rates}

    def watch(self, stack):
        """Records the roots of each backward pass; Tensor.backward comes through torch.autograd.backward too."""
        original = torch.autograd.backward
        scaler = getattr(torch.amp, "GradScaler", None) or torch.cuda.amp.GradScaler

        def backward(tensors, grad_tensors=None, *arguments, **named):
            if self.inside:                               # a checkpoint backpropagates inside a backward pass
                return original(tensors, grad_tensors, *arguments, **named)
            roots = [tensors] if isinstance(tensors, torch.Tensor) else list(tensors)
            grads = list(grad_tensors) if isinstance(grad_tensors, (list, tuple)) else [grad_tensors] * len(roots)
            for root, grad in zip(roots, grads):
                value = wide(root) if grad is None else wide(root) * wide(grad)
                self.loss = (self.loss or 0) + float(value.sum())
            self.inside = True
            try:
                return original(tensors, grad_tensors, *arguments, **named)
            finally:
                self.inside = False

        def scaling(method):
            @functools.wraps(method)
            def call(scaler, *arguments, **named):
                with torch._C.DisableTorchFunction():     # its factors have to stay float32
                    result = method(scaler, *arguments, **named)
                    self.factor = scaler.get_scale() if method.__name__ == "scale" else self.factor
                return result
            return call
        patch(stack, torch.autograd, "backward", backward)
        for name in ("scale", "unscale_", "step", "update"):
            patch(stack, scaler, name, scaling(getattr(scaler, name)))


class Start:
    """The state in which every request begins: the model's, and that of the variables which the update names."""

    def __init__(self, model, *functions):
        self.tensors, self.tables, self.loadable, self.generators, self.modules = [], [], [], [], []
        self.seen = {}
        self.keep([model, *model.parameters(), *model.buffers()])
        self.bindings = [functools.partial(bind, value) for f in functions for value, bind in variables(f)]
        self.keep([binding.args[-1] for binding in self.bindings])

    def keep(self, values):
        waiting = list(values)
        while waiting:
            value = waiting.pop()
            if id(value) in self.seen or isinstance(value, type):
                continue
            self.seen[id(value)] = value
            if isinstance(value, torch.Tensor):
                if value.layout == torch.strided and value.device.type != "meta":
                    self.tensors.append((value, value.data, value.detach().clone(), value.requires_grad))
            elif isinstance(value, torch.nn.Module):
                self.modules.append(value)
                waiting.append(vars(value))
            elif isinstance(value, (dict, list)):
                self.tables.append((value, copy.copy(value)))
                waiting += value.values() if isinstance(value, dict) else value
            elif isinstance(value, tuple):
                waiting += value
            elif isinstance(value, (torch.Generator, random.Random)):
                self.generators.append(value)
            elif hasattr(value, "state_dict") and hasattr(value, "load_state_dict"):
                with contextlib.suppress(Exception):
                    self.loadable.append((value, copy.deepcopy(value.state_dict())))

    def others(self, weights):
        """Floating-point tensors beside the weights that an update may change: buffers, averages of weights."""
        learned = {id(p) for p in weights}
        found = [tensor for tensor, *_ in self.tensors]
        for table, saved in self.tables:
            if isinstance(table, dict):
                found += [value for name, value in table.items() if saved.get(name) is not value]
        return [t for t in found if isinstance(t, torch.Tensor) and t.is_floating_point() and id(t) not in learned
                and t.layout == torch.strided and not t.grad_fn]

    def restore(self, dtype, seed):
        """Restores all of it; floating-point tensors become `dtype`, or stay as they are where it is None."""
        for bind in self.bindings:
            bind()
        for table, saved in self.tables:
            table.clear()
            table.update(saved) if isinstance(table, dict) else table.extend(saved)
        for tensor, native, saved, learns in self.tensors:
            target = saved.dtype
            if dtype and saved.is_floating_point():
                target = dtype
            elif dtype and saved.is_complex():
                target = torch.complex128 if dtype == torch.float64 else torch.complex64
            if tensor.is_leaf:
                tensor.grad = None
            if target == saved.dtype and not torch.equal(native, saved):      # equal ones may be read-only views
                native.copy_(saved)
            tensor.data = native if target == saved.dtype else saved.to(target)
            if tensor.is_leaf and tensor.requires_grad != learns:
                tensor.requires_grad_(learns)
        for value, saved in self.loadable:
            value.load_state_dict(copy.deepcopy(saved))
        torch.manual_seed(seed)
        random.seed(seed)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(seed % 2**32)
        for generator in self.generators:
            getattr(generator, "manual_seed", generator.seed)(seed)


def variables(function):
    """Pairs of a value that the function names and what binds the name to it again; follows helpers of its file."""
    found, waiting, seen = [], [function], set()
    while waiting:
        f = waiting.pop()
        if isinstance(f, functools.partial):
            waiting += [f.func]
            found += [(value, id) for value in (*f.args, *f.keywords.values())]
            continue
        if not inspect.isroutine(f) and callable(f):
            f = getattr(f, "__call__")
        owner, f = getattr(f, "__self__", None), inspect.unwrap(getattr(f, "__func__", f))
        if not inspect.isfunction(f) or f in seen:
            continue
        seen.add(f)
        names = names_of(f.__code__)
        tables = [f.__globals__, getattr(owner, "__dict__", {})]
        named = [(table[name], functools.partial(table.__setitem__, name))
                 for table in tables for name in names if name in table]
        named += [(cell.cell_contents, functools.partial(setattr, cell, "cell_contents"))
                  for cell in f.__closure__ or () if cell != types.CellType()]
        found += named
        waiting += [value for value, _ in named if getattr(value, "__globals__", None) is f.__globals__]
    return found


def names_of(code):
    return set(code.co_names).union(*(names_of(c) for c in code.co_consts if isinstance(c, types.CodeType)))


class Samples:
    """The user's data, cut into micro-batches."""

    def __init__(self, data, collate):
        self.data, self.collate = data, collate
        if collate is not None and not callable(collate):
            stop("collate= has to be a function that makes a micro-batch of a list of samples")
        if collate is None and isinstance(data, list):
            stop("data= is a list: give a tuple of tensors whose first dimension is the sample, or a list of "
                 "samples together with collate=torch.utils.data.default_collate")
        if isinstance(data, torch.utils.data.Dataset) and collate is None:
            self.collate = torch.utils.data.default_collate
        if self.collate:
            if not hasattr(data, "__len__") or not hasattr(data, "__getitem__"):
                stop(f"data= has to be a list of samples where there is a collate=, but is a {type(data).__name__}")
            self.count = len(data)
        else:
            leaves = []
            transform(data, leaves.append)
            for leaf in leaves:
                if not isinstance(leaf, torch.Tensor) or leaf.dim() == 0:
                    what = "tensor without dimensions" if isinstance(leaf, torch.Tensor) else type(leaf).__name__
                    stop(f"data= has to be tensors whose first dimension is the sample, but has a {what}; "
                         "give a list of samples together with collate=torch.utils.data.default_collate")
            counts = sorted({len(leaf) for leaf in leaves})
            if len(counts) > 1:
                stop(f"data= has tensors with different first dimensions, {counts}: the first is the sample; "
                     "give a list of samples together with collate=torch.utils.data.default_collate")
            self.count = counts[0] if counts else 0
        if self.count == 0:
            stop("data= has no samples")

    def take(self, part, dtype):
        for sample in part:
            if not 0 <= sample < self.count:
                raise Refusal(f"there is no sample {sample}: they are 0 to {self.count - 1}")
        if self.collate:
            batch = self.collate([self.data[sample] for sample in part])
        else:
            index = torch.tensor(part, dtype=torch.long, device="cpu")
            batch = transform(self.data, lambda t: t.index_select(0, index.to(t.device)))
        if not dtype:
            return batch
        return transform(batch, lambda t: t.to(dtype) if torch.is_tensor(t) and t.is_floating_point() else t)


def transform(tree, f):
    """Applies f to every leaf of tuples, lists and dictionaries."""
    if isinstance(tree, tuple):
        items = [transform(value, f) for value in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    if isinstance(tree, list):
        return [transform(value, f) for value in tree]
    if hasattr(tree, "keys") and hasattr(tree, "__setitem__"):
        result = copy.copy(tree)
        for key in list(tree.keys()):
            result[key] = transform(tree[key], f)
        return result
    return f(tree)


class NoNarrower(TorchFunctionMode):
    """Computes in `dtype` where the user's code asks for a less precise one, as `x.float()` in float64."""

    def __init__(self, dtype):
        super().__init__()
        self.dtype, self.casts = dtype, {torch.Tensor.float, torch.Tensor.half, torch.Tensor.bfloat16}

    def __torch_function__(self, function, types, arguments=(), named=None):
        if function in self.casts:
            function, arguments, named = torch.Tensor.to, (arguments[0], self.dtype), {}
        named = {name: self.widen(value) for name, value in (named or {}).items()}
        return function(*map(self.widen, arguments), **named)

    def widen(self, value):
        narrow = isinstance(value, torch.dtype) and value.is_floating_point
        return self.dtype if narrow and torch.finfo(value).eps > torch.finfo(self.dtype).eps else value


def make_quiet(stack, modules):
    """Switches dropout off, and lets batch normalisation use its running statistics; `Start` restores modules."""
    functional = torch.nn.functional
    for kind in ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout",
                 "feature_dropout"):
        for owner, name in ((functional, kind), (torch, kind), (torch, kind + "_")):
            if hasattr(owner, name):
                patch(stack, owner, name, lambda input, *arguments, **named: input)
    attention = functional.scaled_dot_product_attention

    def without_dropout(query, key, value, attn_mask=None, dropout_p=0.0, *arguments, **named):
        return attention(query, key, value, attn_mask, 0.0, *arguments, **named)
    patch(stack, functional, "scaled_dot_product_attention", without_dropout)
    for module in modules:
        if isinstance(module, torch.nn.modules.dropout._DropoutNd):
            module.p = 0.0
        elif isinstance(module, (torch.nn.MultiheadAttention, torch.nn.RNNBase)):
            module.dropout = 0.0
        elif isinstance(module, torch.nn.modules.batchnorm._BatchNorm) and module.running_mean is not None:
            module.training = False
            module.train = functools.partial(lambda module, mode=True: module, module)


def patch(stack, owner, name, value):
    stack.callback(setattr, owner, name, getattr(owner, name))
    setattr(owner, name, value)


def real(tensor):
    tensor = tensor.detach()
    return torch.view_as_real(tensor) if tensor.is_complex() else tensor


def wide(tensor):
    """A copy in float64."""
    tensor = real(tensor)
    return (tensor.cpu() if tensor.device.type == "mps" else tensor).to(torch.float64, copy=True)


def motion(before, after, rate):
    """What an update did to a tensor, in units of the rate."""
    difference = wide(before).sub_(wide(after))
    return difference if rate is None else difference.div_(rate)


class TensorFile:
    """A safetensors file of thinned float64 tensors: the header's length, the header in JSON, the numbers."""

    def __init__(self, request):
        folder = os.environ["BATCHWISE_FOLDER"]
        self.path, self.limit = os.path.join(folder, request["file"]), request["limit"]
        self.header, self.body = {}, tempfile.TemporaryFile(dir=folder)

    def add(self, name, tensor, wanted=True):
        """Adds the tensor if it is wanted, and returns its norm."""
        if wanted:
            stride = -(-tensor.numel() // self.limit) | 1
            kept = tensor.flatten()[::stride].cpu().contiguous()
            start = self.body.tell()
            self.body.write(ctypes.string_at(kept.data_ptr(), 8 * kept.numel()))
            self.header[name] = {"dtype": "F64", "shape": [kept.numel()], "data_offsets": [start, self.body.tell()]}
        return float(torch.linalg.vector_norm(tensor))

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
    libraries = (os.path.dirname(os.__file__), os.path.dirname(torch.__file__), __file__, "<")
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if not frame.filename.startswith(libraries) and "site-packages" not in frame.filename]
    where = f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""
    kind = "" if isinstance(error, Refusal) else type(error).__name__ + ": "
    return " ".join(f"{kind}{error}".split())[:300 - len(where)] + where


def finite(number):
    return float(number) if math.isfinite(number) else None


def stop(message):
    print(f"batchwise_pytorch: {message}", file=sys.stderr)
    sys.exit(2)
