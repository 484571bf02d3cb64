extension HTMLModelScript {
  /// An image's grays, and their normalization to MNIST's form: the steps of `descent predict` for images (`MNISTForm`),
  /// but for tilted and single lines (`TiltedLines`), which stay.
  /// `.ci/check-page.py` compares the outputs.
  static let picture = #"""
    // The gray values, 0...1, of an ImageData; transparent parts get a background that contrasts with the ink.
    function grayPicture(image) {
      const factor = Math.ceil(Math.max(image.width, image.height) / 1024);
      const width = Math.ceil(image.width / factor), height = Math.ceil(image.height / factor);
      const gray = new Float32Array(width * height), opacity = new Float32Array(width * height);
      let isOpaque = true;
      for (let row = 0; row < height; row++) for (let column = 0; column < width; column++) {
        let sum = 0, alpha = 0, count = 0;
        for (let y = row * factor; y < Math.min((row + 1) * factor, image.height); y++)
          for (let x = column * factor; x < Math.min((column + 1) * factor, image.width); x++) {
            const [red, green, blue, a] = image.data.subarray(4 * (y * image.width + x), 4 * (y * image.width + x) + 4);
            const level = Math.floor((257 * (299 * red + 587 * green + 114 * blue) + 500) / 1000);
            sum += Math.floor((level * a * 257 + 32767) / 65535);
            alpha += a;
            count++;
          }
        gray[row * width + column] = sum / count / 65535;
        opacity[row * width + column] = alpha / count / 255;
        isOpaque = isOpaque && alpha === 255 * count;
      }
      if (isOpaque) return {width, height, values: gray};
      const ground = background(gray, opacity, width);
      return {width, height, values: gray.map((value, index) => value + (1 - opacity[index]) * ground)};
    }

    // The gray value behind transparent parts: the median of an opaque card; for ink alone, black if it is light, else white.
    function background(gray, opacity, width) {
      const strongest = opacity.reduce((a, b) => Math.max(a, b), 0);
      if (strongest === 0) return 1;
      const solid = [];
      opacity.forEach((value, index) => { if (value >= 0.75 * strongest) solid.push(index); });
      const grays = Float32Array.from(solid, index => gray[index] / opacity[index]).sort();
      const hundredth = Math.floor(grays.length / 100);
      const columns = solid.map(index => index % width);
      const tall = Math.floor(solid[solid.length - 1] / width) - Math.floor(solid[0] / width) + 1;
      const area = tall * (columns.reduce((a, b) => Math.max(a, b)) - columns.reduce((a, b) => Math.min(a, b)) + 1);
      if (grays[grays.length - 1 - hundredth] - grays[hundredth] > 0.25 && solid.length > 0.6 * area)
        return grays[grays.length >> 1];
      return grays.reduce((a, b) => a + b, 0) / grays.length > 0.5 ? 0 : 1;
    }

    // Keys' cubic kernel with a = -1/2; resamplingWeights widens it if the line becomes shorter.
    function keys(distance) {
      const x = Math.abs(distance);
      return x <= 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
    function resamplingWeights(old, length) {
      const ratio = old / length, widening = Math.max(ratio, 1);
      return Array.from({length}, (_, pixel) => {
        const center = (pixel + 0.5) * ratio - 0.5;
        const first = Math.ceil(center - 2 * widening), last = Math.floor(center + 2 * widening);
        const start = Math.min(Math.max(first, 0), old - 1);
        const weights = new Array(Math.min(Math.max(last, 0), old - 1) - start + 1).fill(0);
        for (let position = first; position <= last; position++) {
          const distance = ((2 * position + 1) * length - (2 * pixel + 1) * old) / (2 * Math.max(old, length));
          weights[Math.min(Math.max(position, 0), old - 1) - start] += keys(distance);
        }
        const sum = weights.reduce((a, b) => a + b, 0);
        return {start, weights: weights.map(weight => weight / sum)};
      });
    }
    function resampled(picture, width, height) {
      const across = resamplingWeights(picture.width, width), down = resamplingWeights(picture.height, height);
      const lines = new Float64Array(picture.height * width);
      for (let y = 0; y < picture.height; y++) across.forEach(({start, weights}, x) => {
        weights.forEach((weight, k) => { lines[y * width + x] += weight * picture.values[y * picture.width + start + k]; });
      });
      const values = new Float32Array(width * height);
      down.forEach(({start, weights}, y) => {
        for (let x = 0; x < width; x++)
          values[y * width + x] = weights.reduce((sum, weight, k) => sum + weight * lines[(start + k) * width + x], 0);
      });
      return {width, height, values};
    }

    // The ink of a box, resampled so that its longer side has 20 pixels.
    function fitted(ink) {
      const longer = Math.max(ink.width, ink.height);
      if (longer === 20) return ink;
      const length = old => Math.max(1, Math.round(old * 20 / longer));
      const small = resampled(ink, length(ink.width), length(ink.height));
      const strongest = Math.max(small.values.reduce((a, b) => Math.max(a, b), 0), 1e-38);
      small.values = small.values.map(value => Math.min(Math.max(value / strongest, 0), 1));
      return small;
    }

    // 28 × 28 bytes with the center of mass at (14, 14); null if there is no ink.
    function mnistForm(picture) {
      const ink = inkBox(picture);
      if (!ink) return null;
      const small = fitted(ink);
      let mass = 0, row = 0, column = 0;
      small.values.forEach((value, index) => {
        mass += value;
        row += value * Math.floor(index / small.width);
        column += value * (index % small.width);
      });
      const shift = (moment, length) => Math.min(Math.max(Math.round(14 - moment / mass), 0), 28 - length);
      const top = shift(row, small.height), left = shift(column, small.width);
      const pixels = new Uint8Array(784);
      small.values.forEach((value, index) => {
        pixels[(top + Math.floor(index / small.width)) * 28 + left + index % small.width] =
          Math.floor(Math.fround(value * 255 + 0.5));
      });
      return pixels;
    }

    // The features of a picture in that form, resampled if the model was trained on resampled images, with the training images' white.
    const featuresOf = pixels => {
      const values =
        MODEL.resize ? resampled({width: 28, height: 28, values: pixels}, MODEL.resize, MODEL.resize).values : pixels;
      return MODEL.whiteLevel === 255 ? values : Float64Array.from(values, value => value * MODEL.whiteLevel / 255);
    };
    """#
}
