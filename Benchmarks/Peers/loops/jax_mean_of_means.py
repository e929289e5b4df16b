# expect: mean-of-means
import jax, jax.numpy as jnp
from batchwise_jax import serve
keys = jax.random.split(jax.random.PRNGKey(2), 4)
x = jax.random.normal(keys[0], (64, 6))
y = jnp.sin(x.sum(1)) + 0.3 * jax.random.normal(keys[1], (64,))
params = [(0.5 * jax.random.normal(keys[2], (6, 12)), jnp.zeros(12)), (0.3 * jax.random.normal(keys[3], (12, 1)), jnp.zeros(1))]
@jax.jit
@jax.grad
def gradient(params, inputs, targets):
    (w1, b1), (w2, b2) = params
    prediction = (jax.nn.relu(inputs @ w1 + b1) @ w2 + b2)[:, 0]
    return jnp.mean((prediction - targets) ** 2)
def update(state, parts):
    grads = [gradient(state.params, inputs, targets) for inputs, targets in parts]
    return state.apply(jax.tree_util.tree_map(lambda *g: sum(g) / len(g), *grads))
serve(params=params, update=update, data=(x, y))
