extension HTMLModelScript {
  /// The sliders for a table's features. With two features the outputs are drawn as a surface, with one as a curve.
  static let table = #"""
    const count = layers[0].inputs;
    const names = MODEL.features || Array.from({length: count}, (_, index) => 'feature ' + index);
    // Three standard deviations around the mean; without standardization, the values that scaling maps to 0...1, or -3...3.
    const ranges = names.map((_, index) => MODEL.mean
      ? [-3, 0, 3].map(k => (MODEL.mean[index] + k * MODEL.deviation[index]) * MODEL.scale)
      : MODEL.scale === 1 ? [-3, 0, 3] : [0, MODEL.scale / 2, MODEL.scale]);
    const features = ranges.map(([, middle]) => middle);
    // The inputs of a text column: that of its level is 1, the others are 0.
    const choose = (choice, level) => choice.levels.forEach((_, index) => { features[choice.first + index] = Number(index === level); });
    MODEL.choices.forEach(choice => choose(choice, 0));
    const surface = document.getElementById('surface');
    const context = surface.getContext('2d');
    const hues = ['#1a66a8', '#d9660a', '#2f8a3c', '#8e4fb3', '#b3352d', '#00808a', '#7a6a00', '#c2478f'];
    const isCurve = count === 1 && !MODEL.choices.length, isSurface = count === 2 && !MODEL.choices.length;
    document.getElementById('plot').hidden = !isCurve && !isSurface;
    if (isSurface || isCurve) rows.forEach((row, index) => {
      row.classList.add('hued');
      row.children[1].style.color = hues[index % hues.length];
    });

    // The colors of the classes' points and areas, or of the targets' curves.
    const legend = document.getElementById('legend');
    if (MODEL.labels || isCurve && rows.length > 1) {
      legend.hidden = false;
      outputNames.forEach((name, index) => {
        const entry = document.createElement('span');
        entry.append(document.createElement('i'), name);
        entry.firstChild.style.background = hues[index % hues.length];
        legend.append(entry);
      });
    }

    const short = value => String(Number(value.toPrecision(4)));
    function addChoice(choice) {
      const row = document.createElement('div'), menu = document.createElement('select');
      row.className = 'feature';
      row.append(document.createElement('span'), menu);
      row.firstChild.textContent = menu.ariaLabel = choice.name;
      // A text that did not occur in training sets no input.
      choice.levels.concat('another').forEach((level, index) => menu.add(new Option(level, index)));
      menu.addEventListener('change', () => { choose(choice, Number(menu.value)); update(); });
      document.getElementById('features').append(row);
    }
    const inputs = names.map((name, index) => {
      const choice = MODEL.choices.find(({first, levels}) => index >= first && index < first + levels.length);
      if (choice) {
        if (index === choice.first) addChoice(choice);
        return null;
      }
      const [low, middle, high] = ranges[index], row = document.createElement('div');
      row.className = 'feature';
      row.innerHTML = '<span></span><input type="range"><input type="number">';
      row.firstChild.textContent = name;
      const [, slider, number] = row.children;
      Object.assign(slider, {min: low, max: high, step: (high - low) / 1000 || 1, value: middle, ariaLabel: name});
      Object.assign(number, {step: 'any', value: short(middle), ariaLabel: name});
      slider.addEventListener('input', () => set(index, Number(slider.value), slider));
      number.addEventListener('input', () => set(index, Number(number.value), number));
      document.getElementById('features').append(row);
      return {slider, number};
    });
    function set(index, value, source) {
      if (!Number.isFinite(value)) return;
      features[index] = value;
      if (source !== inputs[index].slider) inputs[index].slider.value = value;
      if (source !== inputs[index].number) inputs[index].number.value = short(value);
      update();
    }

    // A feature with the range that is shown.
    const span = index => names[index] + ' from ' + short(ranges[index][0]) + ' to ' + short(ranges[index][2]);

    // From a position on the canvas, 0...1, to a feature, and back.
    const at = (index, part) => ranges[index][0] + part * (ranges[index][2] - ranges[index][0]);
    const part = (index, value) => (value - ranges[index][0]) / (ranges[index][2] - ranges[index][0]);

    // The outputs over both features: a color for each class, stronger for a higher probability; for a target, from low to high.
    let painted = null;
    function paintSurface() {
      if (painted) return painted;
      const size = 120, image = new ImageData(size, size), all = [];
      for (let y = 0; y < size; y++) for (let x = 0; x < size; x++)
        all.push(predict([at(0, (x + 0.5) / size), at(1, 1 - (y + 0.5) / size)]));
      const low = Math.min(...all.map(values => values[0])), high = Math.max(...all.map(values => values[0]));
      all.forEach((values, index) => {
        const best = MODEL.labels ? bestIndex(values) : 0;
        const hue = hues[best % hues.length];
        [1, 3, 5].forEach((start, channel) => { image.data[4 * index + channel] = parseInt(hue.slice(start, start + 2), 16); });
        const floor = 1 / values.length;
        const strength = MODEL.labels ? Math.max(0, values[best] - floor) / (1 - floor) : (values[0] - low) / (high - low || 1);
        image.data[4 * index + 3] = 40 + 200 * strength;
      });
      painted = document.createElement('canvas');
      painted.width = painted.height = size;
      painted.getContext('2d').putImageData(image, 0, 0);
      const text = MODEL.labels
        ? 'Color: the class with the highest probability, stronger the higher it is. '
        : 'Color: ' + outputNames[0] + ' from ' + short(low) + ' (pale) to ' + short(high) + ' (strong). ';
      document.getElementById('caption').textContent = text + 'Horizontal: ' + span(0) + '; vertical: ' + span(1) + '. Drag the point.';
      return painted;
    }
    // The training samples, in the color of their class.
    function drawSamples(position) {
      MODEL.points.forEach(point => {
        const [x, y] = position(point), value = point[point.length - 1];
        Object.assign(context, {strokeStyle: '#fff', fillStyle: MODEL.labels ? hues[value % hues.length] : '#555', lineWidth: 1});
        context.beginPath();
        context.arc(x, y, 3, 0, 2 * Math.PI);
        context.fill();
        context.stroke();
      });
    }
    function drawSurface() {
      context.clearRect(0, 0, surface.width, surface.height);
      context.drawImage(paintSurface(), 0, 0, surface.width, surface.height);
      drawSamples(([first, second]) => [part(0, first) * surface.width, (1 - part(1, second)) * surface.height]);
      const x = part(0, features[0]) * surface.width, y = (1 - part(1, features[1])) * surface.height;
      Object.assign(context, {strokeStyle: '#fff', fillStyle: '#000', lineWidth: 2});
      context.beginPath();
      context.arc(x, y, 6, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }

    // Each output as a curve over the feature.
    function drawCurve() {
      const style = getComputedStyle(document.body), size = 240, margin = 12;
      const curve = Array.from({length: size + 1}, (_, index) => predict([at(0, index / size)]));
      const shown = MODEL.labels ? [] : MODEL.points.map(point => point[1]);
      const flat = curve.flat().concat(shown), low = Math.min(...flat), high = Math.max(...flat), height = surface.height - 2 * margin;
      const y = value => margin + height * (1 - (value - low) / (high - low || 1));
      context.clearRect(0, 0, surface.width, surface.height);
      // A class is no number: its samples are drawn on the curve of its probability.
      drawSamples(([feature, value]) =>
        [part(0, feature) * surface.width, y(MODEL.labels ? predict([feature])[value] : value)]);
      curve[0].forEach((_, output) => {
        Object.assign(context, {strokeStyle: hues[output % hues.length], lineWidth: 2.5});
        context.beginPath();
        curve.forEach((values, index) => context.lineTo(index / size * surface.width, y(values[output])));
        context.stroke();
        context.fillStyle = style.color;
        context.beginPath();
        context.arc(part(0, features[0]) * surface.width, y(predict(features)[output]), 5, 0, 2 * Math.PI);
        context.fill();
      });
      document.getElementById('caption').textContent = 'Horizontal: ' + span(0)
        + '; vertical: outputs from ' + short(low) + ' to ' + short(high) + '. Drag the point.';
    }

    function update() {
      showOutputs(predict(features));
      if (isSurface) drawSurface();
      if (isCurve) drawCurve();
    }
    function useWeights() {
      painted = null;
      update();
    }
    let isDown = false;
    function move(event) {
      const box = surface.getBoundingClientRect();
      const clamp = value => Math.min(1, Math.max(0, value));
      if (isSurface) features[1] = at(1, 1 - clamp((event.clientY - box.top) / box.height));
      if (isSurface) Object.assign(inputs[1].slider, {value: features[1]});
      if (isSurface) inputs[1].number.value = short(features[1]);
      set(0, at(0, clamp((event.clientX - box.left) / box.width)), null);
    }
    surface.addEventListener('pointerdown', event => {
      event.preventDefault();
      surface.setPointerCapture(event.pointerId);
      isDown = true;
      move(event);
    });
    surface.addEventListener('pointermove', event => { if (isDown) move(event); });
    for (const name of ['pointerup', 'pointercancel']) surface.addEventListener(name, () => { isDown = false; });
    update();
    """#
}
