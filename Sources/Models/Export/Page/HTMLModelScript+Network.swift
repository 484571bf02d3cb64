/// The scripts of the page that runs a model.
enum HTMLModelScript {
  /// Preprocessing and forward pass: computed in double precision, with the weights in single precision.
  static let network = #"""
    const floats = text => new Float32Array(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
    const layers = MODEL.layers.map((layer, index) => ({
      ...layer, weight: floats(NUMBERS[index][0]), bias: NUMBERS[index][1] ? floats(NUMBERS[index][1]) : null,
    }));

    // Abramowitz and Stegun, formula 7.1.26: within 1.5e-7.
    function erf(x) {
      const t = 1 / (1 + 0.3275911 * Math.abs(x));
      const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
      return Math.sign(x) * (1 - sum * Math.exp(-x * x));
    }
    const sigmoid = z => z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
    const activations = {
      'relu': z => Math.max(0, z), 'leaky-relu': z => z > 0 ? z : 0.01 * z, 'sigmoid': sigmoid, 'tanh': Math.tanh,
      'identity': z => z, 'elu': z => z > 0 ? z : Math.expm1(z), 'gelu': z => 0.5 * z * (1 + erf(z / Math.SQRT2)),
      'gelu-tanh': z => 0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z))),
      'silu': z => z * sigmoid(z), 'softplus': z => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
      'scaled-tanh': z => 1.7159 * Math.tanh(2 * z / 3),
    };
    function softmax(z) {
      const largest = z.reduce((a, b) => Math.max(a, b), -Infinity);
      const powers = z.map(value => Math.exp(value - largest));
      const sum = powers.reduce((a, b) => a + b, 0);
      return powers.map(value => value / sum);
    }

    // Converts raw features, in the units of the source, to the network's inputs.
    function preprocess(features) {
      const side = MODEL.transposedSide;
      return Float64Array.from(features, (_, index) => {
        const from = side ? index % side * side + Math.floor(index / side) : index;
        const value = features[from] / MODEL.scale;
        return MODEL.mean ? (value - MODEL.mean[index]) / MODEL.deviation[index] : value;
      });
    }

    // The activations of every layer.
    function forward(features) {
      let values = preprocess(features);
      return layers.map(layer => {
        const z = new Float64Array(layer.outputs);
        for (let unit = 0; unit < layer.outputs; unit++) {
          let sum = layer.bias ? layer.bias[unit] : 0;
          const row = unit * layer.inputs;
          for (let input = 0; input < layer.inputs; input++) sum += layer.weight[row + input] * values[input];
          z[unit] = sum;
        }
        values = layer.activation === 'softmax' ? softmax(z) : z.map(activations[layer.activation]);
        return values;
      });
    }

    // The values that `descent predict` prints: of a single output for two classes, the probabilities of both.
    function answer(activity) {
      const last = activity[activity.length - 1];
      return MODEL.labels && MODEL.labels.length === 2 && last.length === 1 ? [1 - last[0], last[0]] : Array.from(last);
    }
    const predict = features => answer(forward(features));
    // The class that `descent predict` prints: for a single output, by the threshold.
    const isSingle = !!MODEL.labels && layers[layers.length - 1].outputs === 1;
    const decisionThreshold = MODEL.threshold === null ? 0.5 : Math.fround(MODEL.threshold);
    const bestIndex = values => isSingle ? Number(values[1] >= decisionThreshold) : values.indexOf(Math.max(...values));

    // A row for each output: a class with its probability, or a target with its value.
    const outputNames = MODEL.labels || MODEL.targets
      || Array.from({length: layers[layers.length - 1].outputs}, (_, index) => 'output ' + index);
    const rows = outputNames.map(name => {
      const row = document.createElement('div');
      row.className = 'output';
      row.innerHTML = '<b></b><span class="track"><span class="bar" style="display:block"></span></span><span></span>';
      row.firstChild.textContent = name;
      document.getElementById('outputs').append(row);
      return row;
    });
    function showOutputs(values) {
      const best = values ? bestIndex(values) : -1;
      rows.forEach((row, index) => {
        const value = values ? values[index] : NaN;
        row.classList.toggle('best', index === best && !!MODEL.labels);
        row.children[1].style.visibility = MODEL.labels ? 'visible' : 'hidden';
        row.children[1].firstChild.style.width = (values ? 100 * Math.min(1, Math.max(0, value)) : 0) + '%';
        row.lastChild.textContent = !values ? '–' : MODEL.labels ? (100 * value).toFixed(2) + ' %' : value.toPrecision(6);
      });
    }
    """#
}
