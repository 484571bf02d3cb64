#!/usr/bin/env python3
"""Checks `descent export --to html` in headless Chromium.

    check-page.py DESCENT CHROMIUM FOLDER [PICTURE…]

Networks of several kinds are trained and exported as pages into FOLDER. The pages must agree with `descent predict` to 1e-5: on the PICTUREs, on a
digit drawn with real pointer events, and on the rows of tables. A page must not load anything from the network.
"""

import base64
import csv
import io
import json
import os
import pathlib
import subprocess
import sys

import numpy as np
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save_file

descent, chromium, folder, *pictures = sys.argv[1:]
folder = pathlib.Path(folder)
folder.mkdir(parents=True, exist_ok=True)


class Browser:
    """Chromium, controlled over a pair of pipes (Chrome DevTools Protocol)."""

    def __init__(self):
        browser_in, self.out = os.pipe()
        incoming, browser_out = os.pipe()
        command = f'exec "$0" --no-sandbox --disable-gpu --remote-debugging-pipe 3<&{browser_in} 4>&{browser_out}'
        self.process = subprocess.Popen(["bash", "-c", command, chromium], pass_fds=(browser_in, browser_out), stderr=subprocess.DEVNULL)
        os.close(browser_in)
        os.close(browser_out)
        self.incoming = os.fdopen(incoming, "rb")
        self.rest, self.count, self.session, self.events = b"", 0, None, []

    def message(self):
        while b"\0" not in self.rest:
            part = self.incoming.read1(1 << 20)
            if not part:
                sys.exit("the browser has ended")
            self.rest += part
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.count += 1
        call = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            call["sessionId"] = self.session
        os.write(self.out, json.dumps(call).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.count:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, page):
        self.session = None
        target = self.call("Target.createTarget", url="about:blank", width=1400, height=1000)["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.call(domain + ".enable")
        self.events = []
        self.call("Page.navigate", url=page.resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.message())

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            sys.exit(f"{expression[:80]}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def check_quiet(self):
        """Fails if a script failed, or if anything but the page itself was requested."""
        for event in self.events:
            if event.get("method") in ["Runtime.exceptionThrown", "Log.entryAdded"]:
                sys.exit(f"on the page: {event['params']}")
            if event.get("method") == "Network.requestWillBeSent":
                url = event["params"]["request"]["url"]
                if not url.startswith(("file:", "data:", "blob:")):
                    sys.exit(f"the page asks for {url}")


def run(*words):
    return subprocess.run([descent, *map(str, words)], check=True, capture_output=True, text=True).stdout


def predictions(*words):
    """The numbers of each row, without file or index and label."""
    rows = list(csv.reader(io.StringIO(run("predict", *words, "--format", "csv"))))
    first = next(index for index, name in enumerate(rows[0]) if name.startswith(("probability_", "output_")))
    return [[float(cell) for cell in row[first:]] for row in rows[1:]]


def labels(model, *words):
    rows = list(csv.reader(io.StringIO(run("predict", model, *words))))
    return [row[rows[0].index("label")] for row in rows[1:]]


def worst(one, other):
    if len(one) != len(other) or not one:
        sys.exit(f"{len(one)} values on the page, {len(other)} of predict")
    return max(abs(a - b) / max(1, abs(b)) for a, b in zip(one, other))


def worst_of_rows(page, predicted):
    return max(worst(one, other) for one, other in zip(page, predicted, strict=True))


def check(what, difference):
    print(f"{what}: largest difference {difference:.1e}")
    if not difference < 1e-5:
        sys.exit(f"{what}: the page does not agree with descent predict")


def exported(name, *options):
    model, page = folder / (name + ".safetensors"), folder / (name + ".html")
    run("train", "--quiet", "--seed", 1, *options, "--save", model)
    run("export", model, "--to", "html", "--output", page)
    return model, page


PIXELS = """predictPicture(new ImageData(Uint8ClampedArray.from(atob('%s'), c => c.charCodeAt(0)), %d, %d))"""


def check_pictures(browser, model):
    """Images as browsers decode them, with 8 bits per channel."""
    images, files = [], []
    for index, path in enumerate(pictures):
        image = Image.open(path)
        if image.mode.startswith("I"):
            image = Image.fromarray((np.asarray(image).astype(int) // 257).astype(np.uint8))
        images.append(image.convert("RGBA"))
        files.append(folder / f"{index}.png")
        images[-1].save(files[-1])
    differences = []
    for image, expected in zip(images, predictions(model, *files), strict=True):
        shown = browser.value(PIXELS % (base64.b64encode(image.tobytes()).decode(), *image.size))
        differences.append(worst(shown, expected))
    check(f"{len(pictures)} pictures", max(differences))


def check_drawing(browser, model):
    """Draws a seven with the mouse; the canvas saved as an image must have the same prediction."""
    box = browser.value("(({x, y}) => [x, y])(canvas.getBoundingClientRect())")
    points = [(80, 70), (130, 68), (195, 72), (170, 120), (140, 180), (120, 230)]
    for kind, (x, y) in [("mousePressed", points[0]), *[("mouseMoved", point) for point in points[1:]], ("mouseReleased", points[-1])]:
        browser.call("Input.dispatchMouseEvent", type=kind, x=box[0] + x, y=box[1] + y, button="left", buttons=1, clickCount=1)
    shown = browser.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(update()))))")
    picture = folder / "drawn.png"
    picture.write_bytes(base64.b64decode(browser.value("canvas.toDataURL('image/png').split(',')[1]")))
    check("a digit drawn with the mouse", worst(shown, predictions(model, picture)[0]))
    texts = browser.value("rows.map(row => row.lastChild.textContent)")
    if texts != [f"{100 * value:.2f} %" for value in shown] or max(shown) < 0.2:
        sys.exit(f"shown {texts}, computed {shown}")
    marked = browser.value("units.getContext('2d').getImageData(0, 0, units.width, units.height).data.some((v, i) => i % 4 === 0 && v > 200)")
    if not marked:
        sys.exit("no hidden unit is marked as active")
    touch = {"touchPoints": [{"x": box[0] + 140, "y": box[1] + 20}]}
    before = browser.value("canvas.toDataURL()")
    browser.call("Input.dispatchTouchEvent", type="touchStart", **touch)
    browser.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    if browser.value("canvas.toDataURL()") == before:
        sys.exit("a finger leaves no ink")
    browser.value("document.getElementById('clear').click()")
    if browser.value("rows.map(row => row.lastChild.textContent).join('')") != "–" * 10:
        sys.exit("probabilities stay after the drawing is cleared")


def check_table(browser, name, features, *options):
    source = folder / (name + ".csv")
    model, page = exported(name, "--data", source, "--epochs", 20, "--snapshots", 5, *options)
    browser.open(page)
    shown = browser.value(f"{json.dumps(features)}.map(predict)")
    check(f"{len(features)} rows of {name}", worst_of_rows(shown, predictions(model, "--data", source, "--split", "all")))
    marked = browser.value(f"MODEL.labels && {json.dumps(features)}.map(row => MODEL.labels[bestIndex(predict(row))])")
    if marked and marked != labels(model, "--data", source, "--split", "all"):
        sys.exit(f"the page of {name} does not mark the classes that predict prints")
    if browser.value("MODEL.points.length") != len(features):
        sys.exit(f"the page of {name} does not have the samples of its source")
    caption, legend = browser.value("['caption', 'legend'].map(id => document.getElementById(id).innerText)")
    if caption.count(" from ") != len(features[0]) + (not marked and len(features[0]) == 1):
        sys.exit(f"the caption of {name} does not name the range of each axis: {caption}")
    if marked and legend.split() != browser.value("MODEL.labels"):
        sys.exit(f"the page of {name} has no legend of its classes: {legend}")
    check_snapshot(browser, name, features, model, source)
    browser.check_quiet()


def check_snapshot(browser, name, features, model, source):
    """The slider over the epochs, moved by keys: an earlier epoch has the predictions of the model saved at that epoch."""
    with safe_open(model, "np") as file:
        metadata = file.metadata()
        epoch = json.loads(metadata.pop("snapshots"))[-2]
        prefix = f"snapshots.{epoch}."
        tensors = {key.removeprefix(prefix): file.get_tensor(key) for key in file.keys() if key.startswith((prefix, "input."))}
    earlier = folder / (name + "-earlier.safetensors")
    save_file(tensors, earlier, metadata)
    surface = browser.value("surface.toDataURL()")
    browser.value("document.getElementById('stage').focus()")
    for kind in ["keyDown", "keyUp"]:
        browser.call("Input.dispatchKeyEvent", type=kind, key="ArrowLeft", code="ArrowLeft", windowsVirtualKeyCode=37)
    if browser.value("document.getElementById('stage-name').textContent") != f"Epoch {epoch}":
        sys.exit(f"the slider of {name} does not lead to epoch {epoch}")
    if browser.value("surface.toDataURL()") == surface:
        sys.exit(f"{name} is drawn as before at epoch {epoch}")
    shown = browser.value(f"{json.dumps(features)}.map(predict)")
    check(f"{name} at epoch {epoch}", worst_of_rows(shown, predictions(earlier, "--data", source, "--split", "all")))


def check_choice(browser):
    """A column of text is a menu: its levels have the predictions of such rows, and no slider."""
    source = folder / "shades.csv"
    rows = [(k % 7, ["blue", "red", "green"][k * 5 % 3]) for k in range(60)]
    source.write_text("size,shade,class\n" + "".join(f"{size},{shade},{int(size > 3 or shade == 'red')}\n" for size, shade in rows))
    # The epoch that is the best by validation loss lies before the last one, so that it is no snapshot of the end.
    model, page = exported("shades", "--data", source, "--epochs", 40, "--snapshots", 4, "--learning-rate", 3, "--validation-fraction", 0.3, "--save-best")
    browser.open(page)
    if browser.value("document.querySelectorAll('#features .feature').length") != 2:
        sys.exit("the page has other controls than one for each column")
    for level in ["blue", "green", "red"]:
        browser.value(
            "(() => { const menu = document.querySelector('#features select');"
            f"menu.value = [...menu.options].find(option => option.text === '{level}').value; menu.dispatchEvent(new Event('change')); }})()"
        )
        for size in [1, 5]:
            browser.value(f"set(0, {size}, null)")
            row = folder / "row.csv"
            row.write_text(f"size,shade\n{size},{level}\n")
            check(f"size {size}, shade {level}", worst(browser.value("predict(features)"), predictions(model, "--data", row)[0]))
    with safe_open(model, "np") as file:
        epoch = file.metadata()["epoch"]
    if browser.value("document.getElementById('stage-name').textContent") != f"Epoch {epoch}, the saved model":
        sys.exit(f"the slider does not begin at epoch {epoch}, which was saved")
    names = browser.value(
        "[...Array(Number(document.getElementById('stage').max) + 1).keys()].map(index => { const stage = document.getElementById('stage');"
        "stage.value = index; stage.dispatchEvent(new Event('input')); return document.getElementById('stage-name').textContent; })"
    )
    epochs = [int(name.split()[1].rstrip(",")) for name in names]
    if epochs != sorted(epochs) or not {10, 20, 30, 40, int(epoch)} == set(epochs):
        sys.exit(f"the slider has {names}")
    browser.check_quiet()


def write_tables():
    rows = [((k * 37 % 101) / 50 - 1, (k * 53 % 97) / 48 - 1) for k in range(120)]
    spots = [(f"{x},{y},{'inside' if x * x + y * y < 0.5 else 'outside'}", [x, y]) for x, y in rows]
    curve = [(f"{x},{x * x - 0.3 * x}", [x]) for x, _ in rows]
    header = "east,north,class"
    for name, header, lines in [("spots", header, spots), ("threshold", header, spots), ("curve", "x,y", curve)]:
        (folder / (name + ".csv")).write_text("\n".join([header] + [line for line, _ in lines]) + "\n")
    return [features for _, features in spots], [features for _, features in curve]


browser = Browser()
for name, options in [
    ("digits", []), ("gelu", ["--activation", "gelu", "--standardize"]), ("resized", ["--resize", 20, "--transpose", "--activation", "scaled-tanh"]),
]:
    model, page = exported(name, "--data", "synthetic:3000,100", "--epochs", 2, "--hidden", 32, *options)
    browser.open(page)
    check_pictures(browser, model)
    width, height = browser.value("[seen.canvas.width, seen.canvas.height]")
    if (width, height) != ((20, 20) if name == "resized" else (28, 28)):
        sys.exit(f"{name}: the input is shown with {width} × {height} pixels")
    if name == "digits":
        check_drawing(browser, model)
    browser.check_quiet()
spots, curve = write_tables()
check_table(browser, "spots", spots, "--hidden", "8,8", "--activation", "tanh")
check_table(browser, "threshold", spots, "--output", "sigmoid", "--threshold", 0.8, "--hidden", 4)
check_table(browser, "curve", curve, "--targets", 1, "--output", "identity", "--hidden", 16, "--activation", "softplus")
check_choice(browser)
browser.process.terminate()
