extension HTMLModelScript {
  /// The slider over the epochs of the model's snapshots. `useWeights` shows the network with the selected weights.
  static let snapshots = #"""
    if (SNAPSHOTS.length) {
      const decoded = numbers => numbers.map(([weight, bias]) => [floats(weight), bias ? floats(bias) : null]);
      const stages = SNAPSHOTS.map(([epoch, numbers]) => ({epoch, name: 'Epoch ' + epoch, numbers: decoded(numbers)}));
      // The saved model is a snapshot, unless the run ended early or kept its best epoch.
      const isSaved = numbers => numbers.every((layer, index) => layer.every((part, side) => part === NUMBERS[index][side]));
      let saved = SNAPSHOTS.findIndex(([, numbers]) => isSaved(numbers));
      if (saved < 0) {
        const next = stages.findIndex(stage => MODEL.epoch !== null && stage.epoch > MODEL.epoch);
        saved = next < 0 ? stages.length : next;
        const name = MODEL.epoch === null ? 'The saved model' : 'Epoch ' + MODEL.epoch + ', the saved model';
        stages.splice(saved, 0, {name, numbers: decoded(NUMBERS)});
      } else stages[saved].name += ', the saved model';
      const slider = document.getElementById('stage'), name = document.getElementById('stage-name');
      const choose = () => {
        const {name: text, numbers} = stages[Number(slider.value)];
        name.textContent = text;
        layers.forEach((layer, index) => { [layer.weight, layer.bias] = numbers[index]; });
        useWeights();
      };
      Object.assign(slider, {min: 0, max: stages.length - 1, step: 1, value: saved});
      slider.addEventListener('input', choose);
      choose();
    }
    """#
}
