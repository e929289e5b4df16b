# expect: holds
import jax, jax.numpy as jnp
from batchwise_jax import serve
k = jax.random.split(jax.random.PRNGKey(1), 4)
x = jax.random.normal(k[0], (72, 8)); y = jax.random.randint(k[1], (72,), 0, 4)
params = {"hidden": {"w": 0.4 * jax.random.normal(k[2], (8, 16)), "b": jnp.zeros(16)},
          "out": {"w": 0.3 * jax.random.normal(k[3], (16, 4)), "b": jnp.zeros(4)}}
def summed_loss(params, inputs, labels):
    h = jnp.tanh(inputs @ params["hidden"]["w"] + params["hidden"]["b"])
    logp = jax.nn.log_softmax(h @ params["out"]["w"] + params["out"]["b"])
    return -jnp.take_along_axis(logp, labels[:, None], axis=1).sum()
loss_and_grad = jax.jit(jax.value_and_grad(summed_loss))
def update(state, parts):
    count = sum(len(labels) for _, labels in parts)
    total = jax.tree_util.tree_map(jnp.zeros_like, state.params)
    for inputs, labels in parts:
        _, grads = loss_and_grad(state.params, inputs, labels)
        total = jax.tree_util.tree_map(jnp.add, total, grads)
    return state.apply(jax.tree_util.tree_map(lambda g: g / count, total))
serve(params=params, update=update, data=(x, y))
