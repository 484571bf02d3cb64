/// The elements of the page that runs a model.
enum HTMLModelBody {
  /// - Parameter isOwnForm: false if the model was trained on images in another form than that of the input.
  static func picture(isOwnForm: Bool) -> String {
    isOwnForm ? drawing : drawing.replacing(formNote, with: formNote + "\n" + otherFormNote)
  }

  private static let formNote =
    "<p class=\"muted\">Cropped, fitted into 20 × 20 pixels and centered by mass, as MNIST is.</p>"
  private static let otherFormNote =
    "<p class=\"muted\">The model was trained on images in another form than this (light ink on black, centered), so its outputs "
    + "for drawings and pictures may be wrong.</p>"

  private static let drawing = """
    <p>Draw a digit with mouse, pen or finger, or open a picture.</p>
    <div class="columns">
    <section>
    <canvas id="draw" width="280" height="280" tabindex="0" aria-label="drawing area"></canvas>
    <p><button id="clear">Clear</button> <label class="button">Open picture<input id="open" type="file" accept="image/*"></label></p>
    </section>
    <section>
    <h2>Input</h2>
    <canvas id="seen" width="28" height="28" aria-label="the picture as the network gets it"></canvas>
    \(formNote)
    </section>
    <section class="wide">
    <h2>Output</h2>
    <div id="outputs" aria-live="polite"></div>
    </section>
    </div>
    <section id="hidden">
    <h2>Hidden units of the first layer</h2>
    <p class="muted">The weights of each unit, blue positive and red negative; a unit is brighter the more active it is, and framed if it is at least half as active as the most active one.</p>
    <canvas id="units"></canvas>
    </section>
    """

  static let table = """
    <p id="hint">Move the features; the outputs follow.</p>
    <div class="columns">
    <section id="plot">
    <canvas id="surface" width="360" height="360" tabindex="0" aria-label="outputs over the features"></canvas>
    <p id="legend" hidden></p>
    <p class="muted" id="caption"></p>
    </section>
    <section class="wide"><h2>Features</h2><div id="features"></div></section>
    <section class="wide"><h2>Output</h2><div id="outputs" aria-live="polite"></div></section>
    </div>
    """

  static let snapshots = """
    <section id="epochs">
    <h2>The course of training</h2>
    <div class="stage"><input id="stage" type="range" aria-label="epoch"><output id="stage-name" for="stage"></output></div>
    </section>
    """
}

/// The style sheet of the page that runs a model.
enum HTMLModelStyle {
  static let text = """
    :root{--surface:#fff;--ink:#1b2127;--muted:#5b6670;--grid:#e2e5e9;--accent:#1a66a8}
    @media (prefers-color-scheme:dark){:root{--surface:#14181d;--ink:#e8ecf0;--muted:#a3adb8;--grid:#313942;--accent:#58b0ff}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--surface);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
    main{max-width:1100px;margin:0 auto;padding:32px 20px 48px}
    h1{font-size:27px;line-height:1.2;margin:0 0 8px;overflow-wrap:anywhere}
    h2{font-size:17px;margin:0 0 10px}
    #epochs{margin-top:32px}
    p{margin:0 0 14px;max-width:70ch}
    .muted{color:var(--muted);font-size:14px}
    .columns{display:flex;flex-wrap:wrap;gap:28px 40px;margin:20px 0 28px}
    .wide{flex:1 1 280px;min-width:0}
    section{max-width:100%}
    canvas{display:block;max-width:100%}
    #draw{background:#000;border-radius:8px;touch-action:none;cursor:crosshair;width:280px;height:280px;margin-bottom:12px}
    .columns section #outputs{max-width:640px}
    #seen{width:140px;height:140px;image-rendering:pixelated;background:#000;border-radius:6px;margin-bottom:12px}
    #seen~p{max-width:22ch}
    /* An edge outside the box: positions of the pen are measured from the box. */
    #draw,#seen{box-shadow:0 0 0 1px var(--grid)}
    #surface{touch-action:none;cursor:crosshair;border-radius:6px;margin-bottom:10px}
    button,.button{display:inline-block;font:inherit;color:var(--ink);background:var(--grid);border:0;border-radius:6px}
    button,.button{padding:6px 16px;cursor:pointer}
    .button input{position:absolute;width:1px;height:1px;opacity:0}
    button:focus-visible,.button:focus-within,canvas:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    .output{display:grid;grid-template-columns:minmax(2em,7em) 1fr 5.5em;gap:10px;align-items:center;margin-bottom:5px}
    .output b{font-weight:600;overflow-wrap:anywhere}
    .output.best{color:var(--accent)}
    /* The accent would be the color of another class. */
    .output.hued.best{color:inherit;font-weight:700}
    .output.hued:not(.best) b{font-weight:400}
    .output span:last-child{text-align:right;font-variant-numeric:tabular-nums}
    .track{height:14px;background:var(--grid);border-radius:4px;overflow:hidden}
    .bar{height:100%;width:0;background:currentColor}
    .feature{display:grid;grid-template-columns:minmax(3.5em,1fr) minmax(6em,2fr) 6em;gap:10px;align-items:center;margin-bottom:6px}
    .stage{display:grid;grid-template-columns:minmax(8em,480px) auto;gap:14px;align-items:center;justify-content:start}
    .stage input{width:100%;accent-color:var(--accent)}
    .feature span{overflow-wrap:anywhere}
    .feature input{width:100%;min-width:0;font:inherit;accent-color:var(--accent)}
    .feature select{grid-column:2/4;min-width:0;font:inherit;color:var(--ink);background:var(--grid);border:0;border-radius:6px;padding:4px 8px}
    /* Beside a slider a narrow window has no room for a name. */
    @media (max-width:520px){
    .feature{grid-template-columns:minmax(6em,1fr) 6em;row-gap:2px}
    .feature span:first-child,.feature select{grid-column:1/-1}
    }
    #plot{max-width:400px}
    #legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin-bottom:6px}
    #legend[hidden]{display:none}
    #legend span{overflow-wrap:anywhere}
    #legend i{display:inline-block;width:11px;height:11px;border-radius:50%;margin-right:6px}
    """
}
