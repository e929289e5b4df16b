# expect: holds
from typing import NamedTuple, Callable
import jax, jax.numpy as jnp
from batchwise_jax import serve
class GradientTransformation(NamedTuple):  # the shape of optax's
    init: Callable
    update: Callable
def adam(rate, b1=0.9, b2=0.99, eps=1e-6):
    tree_map = jax.tree_util.tree_map
    def init(params):
        return {"count": jnp.zeros((), jnp.int32), "mu": tree_map(jnp.zeros_like, params), "nu": tree_map(jnp.zeros_like, params)}
    def update(grads, state, params=None):
        count = state["count"] + 1
        mu = tree_map(lambda m, g: b1 * m + (1 - b1) * g, state["mu"], grads)
        nu = tree_map(lambda v, g: b2 * v + (1 - b2) * g * g, state["nu"], grads)
        step = lambda m, v: -rate * (m / (1 - b1 ** count)) / (jnp.sqrt(v / (1 - b2 ** count)) + eps)
        return tree_map(step, mu, nu), {"count": count, "mu": mu, "nu": nu}
    return GradientTransformation(init, update)
ka, kb, kc = jax.random.split(jax.random.PRNGKey(4), 3)
ids = jax.random.randint(ka, (80, 5), 0, 20); y = jax.random.randint(kb, (80,), 0, 3)
params = {"table": 0.5 * jax.random.normal(kc, (20, 3)), "bias": jnp.zeros(3)}
@jax.jit
def weighted_grad(params, ids, labels, weight):
    def loss(params):
        logits = params["table"][ids].mean(1) + params["bias"]
        return weight * -(jax.nn.one_hot(labels, 3) * jax.nn.log_softmax(logits)).sum(1).mean()
    return jax.grad(loss)(params)
def update(state, parts):
    n = sum(len(labels) for _, labels in parts)
    grads = [weighted_grad(state.params, i, labels, len(labels) / n) for i, labels in parts]
    return state.apply(jax.tree_util.tree_map(lambda *g: sum(g), *grads))
serve(params=params, update=update, data=(ids, y), optimizer=adam(3e-3))
