extension HTMLModelScript {
  /// The drawing area, the display of the hidden units, and the opening of image files.
  static let drawing = #"""
    const canvas = document.getElementById('draw');
    const pen = canvas.getContext('2d', {willReadFrequently: true});
    const seen = document.getElementById('seen').getContext('2d');
    const units = document.getElementById('units');

    // Each hidden unit's weights as a picture, in full color from three times their root mean square on.
    const side = Math.round(Math.sqrt(layers[0].inputs));
    seen.canvas.width = seen.canvas.height = side;
    const hiddenCount = layers.length > 1 ? Math.min(layers[0].outputs, 256) : 0;
    const pictureOf = unit => {
      const row = layers[0].weight.subarray(unit * side * side, (unit + 1) * side * side);
      const largest = 3 * Math.sqrt(row.reduce((sum, weight) => sum + weight * weight, 0) / row.length) || 1;
      const picture = document.createElement('canvas');
      picture.width = picture.height = side;
      const image = new ImageData(side, side);
      for (let index = 0; index < side * side; index++) {
        const from = MODEL.transposedSide ? index % side * side + Math.floor(index / side) : index;
        const part = Math.min(1, Math.max(-1, row[from] / largest)), color = part > 0 ? [88, 176, 255] : [255, 110, 90];
        color.forEach((value, channel) => { image.data[4 * index + channel] = value * Math.abs(part); });
        image.data[4 * index + 3] = 255;
      }
      picture.getContext('2d').putImageData(image, 0, 0);
      return picture;
    };
    let weightPictures = Array.from({length: hiddenCount}, (_, unit) => pictureOf(unit));
    function useWeights() {
      weightPictures = weightPictures.map((_, unit) => pictureOf(unit));
      update();
    }
    document.getElementById('hidden').hidden = hiddenCount === 0;

    function showUnits(activity) {
      const cell = 44, gap = 4, room = Math.max(document.getElementById('hidden').clientWidth, cell);
      const columns = Math.max(1, Math.floor((room + gap) / (cell + gap)));
      const ratio = window.devicePixelRatio || 1;
      const width = columns * (cell + gap) - gap, height = Math.ceil(hiddenCount / columns) * (cell + gap);
      units.width = width * ratio;
      units.height = height * ratio;
      units.style.width = width + 'px';
      const context = units.getContext('2d');
      context.scale(ratio, ratio);
      context.imageSmoothingEnabled = false;
      const most = activity ? activity.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1 : 1;
      weightPictures.forEach((picture, unit) => {
        const x = unit % columns * (cell + gap), y = Math.floor(unit / columns) * (cell + gap);
        const part = activity ? Math.abs(activity[unit]) / most : 0;
        context.globalAlpha = 1;
        context.fillStyle = '#000';
        context.fillRect(x, y, cell, cell);
        context.globalAlpha = 0.4 + 0.6 * part;
        context.drawImage(picture, x, y, cell, cell);
        if (part > 0.5) {
          context.globalAlpha = 1;
          context.strokeStyle = '#ffb000';
          context.lineWidth = 2;
          context.strokeRect(x + 1, y + 1, cell - 2, cell - 2);
        }
      });
    }

    // The features of a picture as grays; the array of the image clamps them to 0...255.
    function showSeen(features) {
      const image = new ImageData(side, side);
      for (let index = 0; index < side * side; index++) {
        image.data.fill(features ? features[index] * 255 / MODEL.whiteLevel : 0, 4 * index, 4 * index + 3);
        image.data[4 * index + 3] = 255;
      }
      seen.putImageData(image, 0, 0);
    }

    // Shows the outputs of a picture and returns them; null if there is no ink.
    function predictPicture(image) {
      const pixels = mnistForm(grayPicture(image));
      const features = pixels ? featuresOf(pixels) : null;
      showSeen(features);
      const activity = features ? forward(features) : null;
      const values = activity ? answer(activity) : null;
      showOutputs(values);
      showUnits(activity && hiddenCount ? activity[0] : null);
      return values;
    }
    const update = () => predictPicture(pen.getImageData(0, 0, canvas.width, canvas.height));

    function clear() {
      pen.fillStyle = '#000';
      pen.fillRect(0, 0, canvas.width, canvas.height);
      update();
    }
    let last = null, isPending = false;
    function point(event) {
      const box = canvas.getBoundingClientRect();
      return {x: (event.clientX - box.left) * canvas.width / box.width, y: (event.clientY - box.top) * canvas.height / box.height};
    }
    function stroke(to) {
      Object.assign(pen, {strokeStyle: '#fff', lineWidth: 22, lineCap: 'round', lineJoin: 'round'});
      pen.beginPath();
      pen.moveTo(last.x, last.y);
      // A line of no length draws a dot.
      pen.lineTo(to.x, to.y + (to.x === last.x && to.y === last.y ? 0.01 : 0));
      pen.stroke();
      last = to;
      if (isPending) return;
      isPending = true;
      requestAnimationFrame(() => {
        isPending = false;
        update();
      });
    }
    canvas.addEventListener('pointerdown', event => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = point(event);
      stroke(last);
    });
    canvas.addEventListener('pointermove', event => {
      if (!last) return;
      const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
      (events.length ? events : [event]).forEach(part => stroke(point(part)));
    });
    for (const name of ['pointerup', 'pointercancel'])
      canvas.addEventListener(name, () => { last = null; });
    document.getElementById('clear').addEventListener('click', clear);
    canvas.addEventListener('keydown', event => { if (['Delete', 'Backspace', 'Escape'].includes(event.key)) clear(); });

    document.getElementById('open').addEventListener('change', async event => {
      const file = event.target.files[0];
      if (!file) return;
      const bitmap = await createImageBitmap(file);
      const size = {width: bitmap.width, height: bitmap.height};
      const context = Object.assign(document.createElement('canvas'), size).getContext('2d');
      context.drawImage(bitmap, 0, 0);
      clear();
      const scale = Math.min(canvas.width / bitmap.width, canvas.height / bitmap.height);
      const [width, height] = [bitmap.width * scale, bitmap.height * scale];
      pen.drawImage(bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
      predictPicture(context.getImageData(0, 0, bitmap.width, bitmap.height));
      event.target.value = '';
    });
    window.addEventListener('resize', update);
    clear();
    """#
}
