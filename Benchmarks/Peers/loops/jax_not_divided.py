# expect: not-divided
import functools
import jax, jax.numpy as jnp
from batchwise_jax import serve
a, b, c = jax.random.split(jax.random.PRNGKey(3), 3)
x = jax.random.normal(a, (60, 10))
y = (x @ jax.random.normal(b, (10,)) > 0).astype(x.dtype)
params = {"w": 0.1 * jax.random.normal(c, (10,)), "b": jnp.zeros(())}
def loss(params, inputs, labels):
    z = inputs @ params["w"] + params["b"]
    return jnp.mean(jnp.logaddexp(0.0, z) - labels * z)
grad = jax.jit(jax.grad(loss))
def update(state, parts):
    grads = [grad(state.params, *part) for part in parts]
    total = functools.reduce(lambda a, b: jax.tree_util.tree_map(jnp.add, a, b), grads)
    return state.apply(total)
serve(params=params, update=update, data=(x, y))
