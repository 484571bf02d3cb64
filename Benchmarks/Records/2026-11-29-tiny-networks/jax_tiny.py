"""4-32-16-4, tanh, squared error, Adam, 200 samples, full batch: 10,000 steps as one compiled loop (lax.fori_loop), in float32."""
import os, sys, time
threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
os.environ["JAX_PLATFORMS"] = "cpu"
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
if threads == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import jax, jax.numpy as jnp, numpy as np
random = np.random.default_rng(1)
x = jnp.asarray(random.standard_normal((200, 4)), jnp.float32)
y = jnp.asarray(random.standard_normal((200, 4)), jnp.float32)
widths = [4, 32, 16, 4]
parameters = [(jnp.asarray(random.standard_normal((i, o)) * (1 / i) ** .5, jnp.float32), jnp.zeros(o, jnp.float32)) for i, o in zip(widths, widths[1:])]
def output(p, a):
    for w, b in p: a = jnp.tanh(a @ w + b)
    return a
def loss(p): return 0.5 * jnp.mean(jnp.sum((output(p, x) - y) ** 2, axis=1))
def step(index, state):
    p, m, v = state
    g = jax.grad(loss)(p)
    t = (index + 1).astype(jnp.float32)
    m = jax.tree.map(lambda m, g: .9 * m + .1 * g, m, g)
    v = jax.tree.map(lambda v, g: .999 * v + .001 * g * g, v, g)
    c1, c2 = 1 - .9 ** t, 1 - .999 ** t
    p = jax.tree.map(lambda p, m, v: p - .001 * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), p, m, v)
    return p, m, v
zeros = jax.tree.map(jnp.zeros_like, parameters)
run = jax.jit(lambda s: jax.lax.fori_loop(0, 10000, step, s))
state = (parameters, zeros, zeros)
jax.block_until_ready(run(state))
times = []
for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 5):
    start, c = time.perf_counter(), time.process_time()
    end = jax.block_until_ready(run(state))
    times.append((time.perf_counter() - start, time.process_time() - c))
print("wall", [round(w, 3) for w, _ in times], "processor", [round(c, 3) for _, c in times], "loss", float(loss(end[0])))
