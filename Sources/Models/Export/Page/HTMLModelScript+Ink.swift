extension HTMLModelScript {
  /// The separation of an image's ink from its background, as in `InkPicture` and `InkParts`.
  static let ink = #"""
    const median = values => values.slice().sort()[values.length >> 1];
    const spread = values => {
      if (!values.length) return 0;
      const middle = median(values);
      return median(values.map(value => Math.abs(value - middle)));
    };

    // The pixels at the edge, to a depth of 1/50 of the shorter side.
    function borderOf({width, height}) {
      const depth = Math.max(1, Math.floor(Math.min(width, height) / 50)), border = [];
      for (let index = 0; index < width * height; index++) {
        const row = Math.floor(index / width), column = index % width;
        if (Math.min(row, column, height - 1 - row, width - 1 - column) < depth) border.push(index);
      }
      return border;
    }

    // The gray value as a + b·column + c·row, by least squares; null if the pixels are on one line.
    function plane(picture, pixels) {
      const count = pixels.length;
      if (count <= 2) return null;
      let x = 0, y = 0, z = 0;
      for (const index of pixels) {
        x += index % picture.width;
        y += Math.floor(index / picture.width);
        z += picture.values[index];
      }
      [x, y, z] = [x / count, y / count, z / count];
      let xx = 0, xy = 0, yy = 0, xz = 0, yz = 0;
      for (const index of pixels) {
        const dx = index % picture.width - x, dy = Math.floor(index / picture.width) - y, dz = picture.values[index] - z;
        xx += dx * dx; xy += dx * dy; yy += dy * dy; xz += dx * dz; yz += dy * dz;
      }
      const determinant = xx * yy - xy * xy;
      if (!(determinant > 1e-9 * (xx + yy) * (xx + yy))) return null;
      const b = (xz * yy - yz * xy) / determinant, c = (yz * xx - xz * xy) / determinant, a = z - b * x - c * y;
      return index => Math.fround(a + b * (index % picture.width) + c * Math.floor(index / picture.width));
    }

    // Subtracts a linear slope of the background, if a plane halves the spread of the border's gray values.
    function flatten(picture) {
      const border = borderOf(picture);
      let pixels = border, fittedPlane = null;
      const before = spread(Float32Array.from(pixels, index => picture.values[index]));
      if (!(before > 2 / 255)) return;
      for (let turn = 0; turn < 4; turn++) {
        fittedPlane = plane(picture, pixels);
        if (!fittedPlane) return;
        const limit = 3 * spread(Float32Array.from(pixels, index => picture.values[index] - fittedPlane(index)));
        pixels = pixels.filter(index => Math.abs(Math.fround(picture.values[index] - fittedPlane(index))) <= limit);
      }
      const rest = spread(Float32Array.from(border, index => picture.values[index] - fittedPlane(index)));
      if (!(rest < before / 2)) return;
      const middle = fittedPlane(picture.values.length >> 1);
      picture.values = picture.values.map((value, index) => Math.min(Math.max(value - fittedPlane(index) + middle, 0), 1));
    }

    // The gray value between the two classes that differ most (Otsu 1979); null if all pixels have one gray value.
    function threshold(values) {
      const counts = new Array(256).fill(0);
      values.forEach(value => { counts[Math.floor(Math.fround(Math.min(Math.max(value, 0), 1) * 255 + 0.5))]++; });
      const total = values.length, sum = counts.reduce((sum, count, step) => sum + count * step, 0);
      let best = null, below = 0, sumBelow = 0;
      for (let step = 0; step < 255; step++) {
        below += counts[step];
        sumBelow += step * counts[step];
        if (below === 0 || below === total) continue;
        const difference = sumBelow / below - (sum - sumBelow) / (total - below);
        const variance = below * (total - below) * difference * difference;
        if (variance > (best ? best.variance : 0)) best = {variance, first: step, last: step};
        else if (best && variance === best.variance) best.last = step;
      }
      return best ? (best.first + best.last + 1) / 2 / 255 : null;
    }

    // The ink, from 0 for the background to 1 for the strongest ink, and the largest value that noise alone has.
    function inkPicture(original) {
      const picture = {...original, values: original.values.slice()};
      flatten(picture);
      const level = threshold(picture.values);
      if (level === null) return null;
      const border = borderOf(picture);
      const share = border.filter(index => picture.values[index] > level).length / border.length;
      const isLight = share > 0.6 || share >= 0.4
        && 2 * picture.values.filter(value => value > level).length > picture.values.length;
      const ground = picture.values.filter(value => (value > level) === isLight).sort();
      if (!ground.length) return null;
      const base = ground[ground.length >> 1];
      const deviation = Math.fround(1.4826 * median(ground.map(value => Math.abs(value - base))));
      const heights = picture.values.map(value => Math.max(0, isLight ? base - value : value - base));
      const ink = heights.filter((_, index) => (picture.values[index] > level) !== isLight).sort();
      const strongest = ink.length ? ink[ink.length - 1] : 0;
      if (!(strongest >= Math.max(8 / 255, 4 * deviation)) || !ink.length) return null;
      const full = deviation > 0 ? ink[ink.length - 1 - Math.floor(ink.length / 10)] : strongest;
      const gain = full > 0.9 ? 1 : 1 / full;
      return {width: picture.width, height: picture.height, values: heights.map(value => Math.min(1, value * gain)),
        noise: 4 * deviation * gain};
    }

    // The connected parts of the ink, without specks and faint parts, and their bounding box.
    function inkParts(picture, level) {
      const {width, height, values} = picture, seen = Uint8Array.from(values, value => value <= level ? 1 : 0);
      const parts = [];
      for (let start = 0; start < seen.length; start++) {
        if (seen[start]) continue;
        seen[start] = 1;
        const pixels = [start];
        for (let next = 0; next < pixels.length; next++) {
          const row = Math.floor(pixels[next] / width), column = pixels[next] % width;
          for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, height - 1); y++)
            for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, width - 1); x++)
              if (!seen[y * width + x]) {
                seen[y * width + x] = 1;
                pixels.push(y * width + x);
              }
        }
        if (pixels.some(index => values[index] > 0.5))
          parts.push({pixels, ink: pixels.reduce((sum, index) => sum + values[index], 0)});
      }
      const least = 0.05 * parts.reduce((most, part) => Math.max(most, part.ink), 0);
      const kept = new Uint8Array(values.length);
      let [top, bottom, left, right] = [height, -1, width, -1];
      for (const part of parts) if (part.ink >= least) for (const index of part.pixels) {
        kept[index] = 1;
        [top, bottom] = [Math.min(top, Math.floor(index / width)), Math.max(bottom, Math.floor(index / width))];
        [left, right] = [Math.min(left, index % width), Math.max(right, index % width)];
      }
      return {kept, top, left, height: bottom - top + 1, width: right - left + 1};
    }

    // The bounding box of a picture's ink; null if there is none.
    function inkBox(original) {
      const picture = inkOf(original);
      if (!picture) return null;
      let parts = inkParts(picture, picture.noise);
      if (Math.max(parts.width, parts.height) !== 20) parts = inkParts(picture, Math.max(Math.fround(0.1), picture.noise));
      if (parts.height <= 0) return null;
      const values = new Float32Array(parts.width * parts.height);
      for (let y = 0; y < parts.height; y++) for (let x = 0; x < parts.width; x++) {
        const index = (parts.top + y) * picture.width + parts.left + x;
        values[y * parts.width + x] = parts.kept[index] ? picture.values[index] : 0;
      }
      return {width: parts.width, height: parts.height, values};
    }
    """#
}

extension HTMLModelScript {
  /// Removes a scan's frame, lines of paper and strong noise from a picture before its ink is separated from the background.
  static let paper = #"""
    const transposed = ({width, height, values}) => {
      const result = new Float32Array(values.length);
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) result[column * height + row] = values[row * width + column];
      return {width: height, height: width, values: result};
    };

    // Removes the frame of a scan, if it is along three or four sides.
    function withoutFrame(picture) {
      const {width, height, values} = picture;
      if (Math.min(width, height) < 60) return picture;
      const page = median(values), far = Uint8Array.from(values, value => Math.abs(Math.fround(value - page)) > 0.25 ? 1 : 0);
      const depth = (lines, length, at) => {
        const isFrame = line => {
          let count = 0;
          for (let position = 0; position < length; position++) count += far[at(line, position)];
          return 10 * count >= 7 * length;
        };
        let depth = 0;
        while (10 * depth < 3 * lines && isFrame(depth)) depth++;
        return depth === 0 ? 0 : depth + Math.max(1, Math.floor(Math.min(width, height) / 100));
      };
      const top = depth(height, width, (line, k) => line * width + k);
      const bottom = depth(height, width, (line, k) => (height - 1 - line) * width + k);
      const left = depth(width, height, (line, k) => k * width + line);
      const right = depth(width, height, (line, k) => k * width + width - 1 - line);
      if ([top, bottom, left, right].filter(side => side > 0).length < 3) return picture;
      const [newWidth, newHeight] = [width - left - right, height - top - bottom];
      const cropped = new Float32Array(newWidth * newHeight);
      for (let row = 0; row < newHeight; row++)
        cropped.set(values.subarray((top + row) * width + left, (top + row) * width + left + newWidth), row * newWidth);
      return {width: newWidth, height: newHeight, values: cropped};
    }

    // Replaces horizontal lines of the paper, if there are at least two, by the pixels above and below; ink across them stays.
    function withoutRows(picture) {
      const {width, height} = picture, original = picture.values, values = original.slice();
      const sorted = Array.from({length: height}, (_, row) => original.slice(row * width, (row + 1) * width).sort());
      const at = (row, fifths) => sorted[row][Math.floor(width * fifths / 5)];
      const medians = Float32Array.from(sorted, row => row[width >> 1]);
      const reach = Math.max(4, Math.floor(height / 12));
      const paper = medians.map((_, row) => median(medians.slice(Math.max(0, row - reach), Math.min(row + reach, height - 1) + 1)));
      for (const isDark of [true, false]) {
        const thickest = Math.max(1, Math.floor((height + 39) / 40)), lines = [];
        const away = row => Math.fround(isDark ? paper[row] - medians[row] : medians[row] - paper[row]);
        for (let row = 0; row < height; row++) {
          if (!(Math.fround(isDark ? paper[row] - at(row, 4) : at(row, 1) - paper[row]) > Math.fround(0.035))) continue;
          if (lines.length && lines[lines.length - 1].end === row) lines[lines.length - 1].end = row + 1;
          else lines.push({start: row, end: row + 1});
        }
        // As few lines as a digit has parallel strokes must reach both edges.
        const depth = Math.max(4, Math.floor(width / 100));
        const reachesEdges = ({start, end}) => [0, width - depth].every(first => {
          let found = 0;
          for (let row = start; row < end; row++) for (let column = first; column < first + depth; column++) {
            const value = original[row * width + column];
            if (Math.fround(isDark ? paper[row] - value : value - paper[row]) > Math.fround(0.035)) found++;
          }
          return 2 * found > (end - start) * depth;
        });
        let thin = lines.filter(({start, end}) => end - start <= thickest);
        if (thin.length <= 3) thin = thin.filter(reachesEdges);
        if (thin.length < 2) continue;
        for (const line of thin) {
          const first = Math.max(line.start - 1, 0), end = Math.min(line.end + 1, height);
          const strength = median(Float32Array.from({length: line.end - line.start}, (_, k) => away(line.start + k)));
          const above = first > 0 ? first - 1 : end, below = end < height ? end : above;
          if (above >= height) continue;
          for (let row = first; row < end; row++) {
            const share = Math.fround((row - first + 1) / (end - first + 1));
            const least = Math.fround(Math.max(strength, away(row)) + Math.fround(0.15));
            for (let column = 0; column < width; column++) {
              const value = original[row * width + column];
              const difference = Math.fround(isDark ? paper[row] - value : value - paper[row]);
              if (difference <= least)
                values[row * width + column] = values[above * width + column] * (1 - share) + values[below * width + column] * share;
            }
          }
        }
      }
      return {width, height, values};
    }

    // Means of blocks of two by two pixels.
    function halved({width, height, values}) {
      const [newWidth, newHeight] = [width >> 1, height >> 1], result = new Float32Array(newWidth * newHeight);
      for (let row = 0; row < newHeight; row++) for (let column = 0; column < newWidth; column++) {
        const first = 2 * row * width + 2 * column;
        result[row * newWidth + column] = (values[first] + values[first + 1] + values[first + width] + values[first + width + 1]) / 4;
      }
      return {width: newWidth, height: newHeight, values: result};
    }

    // The ink of a picture, without frame and lines of the paper; halves the picture while its noise is strong. Null without ink.
    function inkOf(original) {
      let picture = withoutFrame(original);
      if (Math.min(picture.width, picture.height) >= 60) picture = transposed(withoutRows(transposed(withoutRows(picture))));
      while (true) {
        const ink = inkPicture(picture);
        if (ink && ink.noise <= Math.fround(0.4)) return ink;
        if (Math.min(picture.width, picture.height) < 112) return ink && ink.noise < 1 ? ink : null;
        picture = halved(picture);
      }
    }
    """#
}
