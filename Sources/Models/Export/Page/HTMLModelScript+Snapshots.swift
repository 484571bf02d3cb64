extension HTMLModelScript {
  /// The slider over the epochs of the model's snapshots. `useWeights` shows the network with the selected weights.
  static let snapshots = #"""
    if (SNAPSHOTS.length) {
      const decoded = numbers => numbers.map(([weight, bias]) => [floats(weight), bias ? floats(bias) : null]);
      const stages = SNAPSHOTS.map(([epoch, numbers]) => ['Epoch ' + epoch, decoded(numbers)]);
      // The saved model is the last snapshot, unless the run ended early or kept its best epoch.
      const isSaved = JSON.stringify(SNAPSHOTS[SNAPSHOTS.length - 1][1]) === JSON.stringify(NUMBERS);
      if (isSaved) stages[stages.length - 1][0] += ', the saved model';
      else stages.push(['The saved model', decoded(NUMBERS)]);
      const slider = document.getElementById('stage'), name = document.getElementById('stage-name');
      const choose = () => {
        const [text, numbers] = stages[Number(slider.value)];
        name.textContent = text;
        layers.forEach((layer, index) => { [layer.weight, layer.bias] = numbers[index]; });
        useWeights();
      };
      Object.assign(slider, {min: 0, max: stages.length - 1, step: 1, value: stages.length - 1});
      slider.addEventListener('input', choose);
      choose();
    }
    """#
}
