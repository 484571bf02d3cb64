/// The style sheet of pages. Nothing here needs escaping in XML.
enum PageStyle {
  static let text = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--surface);color:var(--ink);font:16px/1.55 \(TextMetrics.fontFamily)}
    main{max-width:1320px;margin:0 auto;padding:40px 32px 64px}
    h1{font-size:30px;line-height:1.2;margin:0 0 8px;letter-spacing:-.01em;overflow-wrap:anywhere}
    h2{font-size:21px;line-height:1.3;margin:56px 0 12px;padding-top:20px;border-top:1px solid var(--grid)}
    h3{font-size:16px;line-height:1.35;margin:0 0 4px}
    .subsection{font-size:18px;margin:44px 0 4px;max-width:72ch;overflow-wrap:anywhere}
    p{margin:0 0 12px;max-width:72ch;overflow-wrap:break-word}
    .lead{font-size:18px;color:var(--muted);max-width:80ch}
    .note{border-left:3px solid var(--series-1);padding:2px 0 2px 14px}
    .headline{display:flex;flex-wrap:wrap;gap:14px 44px;margin:28px 0 8px}
    .headline dt{color:var(--muted);font-size:14px}
    .headline dd{margin:0;font-size:27px;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums}
    .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:0 36px;margin:12px 0;font-size:14px}
    .facts div{display:flex;justify-content:space-between;gap:16px;padding:6px 0;border-bottom:1px solid var(--grid)}
    .facts dt{color:var(--muted);flex-shrink:0}
    .facts dd{margin:0;text-align:right;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
    .entries{margin:12px 0;max-width:80ch}
    .entries div{padding:8px 0;border-bottom:1px solid var(--grid)}
    .entries div:target{border-left:3px solid var(--series-1);padding-left:12px}
    .entries dt{font-weight:600}
    .entries dd{margin:2px 0 0}
    a{color:inherit;text-underline-offset:2px}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,540px),1fr));gap:44px 56px;margin:28px 0}
    .figures.single{grid-template-columns:minmax(0,1fr)}
    figure{margin:0;min-width:0;break-inside:avoid;max-width:660px}
    figcaption p{color:var(--muted);font-size:14px;line-height:1.45;margin:0 0 14px}
    .chart{display:block;max-width:100%;height:auto;overflow:visible}
    .chart.wide{width:100%}
    .chart.narrow{display:none}
    details{margin-top:10px;font-size:14px}
    summary{cursor:pointer;color:var(--muted);width:max-content;padding:4px 0}
    .scroll,pre{--hint:#8888;--under:var(--surface);background:linear-gradient(90deg,var(--under) 30%,transparent) 0/48px 100%,
    linear-gradient(270deg,var(--under) 30%,transparent) 100%/48px 100%,linear-gradient(90deg,var(--hint),transparent) 0/16px 100%,
    linear-gradient(270deg,var(--hint),transparent) 100%/16px 100%,var(--under);background-repeat:no-repeat;
    background-attachment:local,local,scroll,scroll,scroll}
    .scroll{overflow:auto;max-height:1200px;margin:8px 0 16px;background:linear-gradient(90deg,var(--under) 30%,transparent) 0/48px 100%,
    linear-gradient(270deg,var(--under) 30%,transparent) 100%/48px 100%,linear-gradient(0deg,var(--under) 50%,transparent) 0 100%/100% 20px,
    linear-gradient(90deg,var(--hint),transparent) 0/16px 100%,linear-gradient(270deg,var(--hint),transparent) 100%/16px 100%,
    linear-gradient(0deg,var(--hint),transparent) 0 100%/100% 10px,var(--under);background-repeat:no-repeat;
    background-attachment:local,local,local,scroll,scroll,scroll,scroll}
    details .scroll{max-height:460px}
    table{border-collapse:collapse;font-size:13.5px;line-height:1.35;font-variant-numeric:tabular-nums}
    caption{text-align:left;color:var(--muted);padding:0 0 8px}
    th,td{padding:5px 14px 5px 0;text-align:left;border-bottom:1px solid var(--grid);white-space:nowrap}
    th{color:var(--muted);font-weight:500;position:sticky;top:0;background:var(--surface);white-space:normal;vertical-align:bottom}
    .number{text-align:right}
    .name{white-space:nowrap}
    pre{--under:var(--grid);padding:12px 16px;border-radius:6px;font-size:13.5px;line-height:1.5;white-space:pre;overflow-x:auto}
    code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}
    @media (max-width:640px){
    main{padding:24px 16px 48px}
    h1{font-size:25px}
    .lead{font-size:16.5px}
    .headline dd{font-size:22px}
    .headline{gap:12px 28px}
    .chart.wide{display:none}
    .chart.narrow{display:block}
    table{font-size:12.5px}
    th,td{padding-right:9px}
    td{vertical-align:top}
    .words td:first-child{white-space:normal;min-width:13em}
    caption span{display:block;position:sticky;left:0;max-width:calc(100vw - 48px)}
    }
    @media screen and (min-width:1000px){
    .single figure{max-width:none;display:grid;grid-template:auto 1fr/minmax(0,660px) minmax(0,1fr);column-gap:56px}
    .single .chart.wide{grid-area:1/1/3/2}
    .single figcaption{grid-area:1/2}
    .single details{grid-area:2/2;min-width:0}
    }
    @media screen and (min-width:1200px){
    .figures.odd{grid-template-columns:repeat(6,minmax(0,1fr))}
    .odd figure{grid-column:span 3}
    .odd figure:nth-last-child(-n+3){grid-column:span 2}
    .odd figure:nth-last-child(-n+3) .chart.wide{display:none}
    .odd figure:nth-last-child(-n+3) .chart.narrow{display:block;width:100%}
    }
    @media print{
    main{max-width:none;padding:0}
    body{font-size:11pt}
    .figures{grid-template-columns:repeat(2,minmax(0,1fr));gap:24px}
    .figures.single{grid-template-columns:minmax(0,1fr)}
    details{display:none}
    pre{white-space:pre-wrap;overflow-wrap:anywhere}
    .scroll{max-height:none;overflow:visible}
    table{font-size:8pt}
    th,td{padding:3px 8px 3px 0}
    th{position:static;white-space:normal;vertical-align:bottom}
    h2{break-after:avoid}
    .chart.narrow{display:none}
    .chart.wide{display:block}
    }
    """
}
