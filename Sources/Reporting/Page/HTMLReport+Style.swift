extension HTMLReport {
  /// The page's own rules; the colours and the charts' rules stand beside them.
  static let styleSheet = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
    body { margin: 0; background: var(--paper); color: var(--ink); \
    font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, \
    sans-serif; }
    main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
    header { padding-top: 3rem; }
    h1, h2 { line-height: 1.2; text-wrap: balance; letter-spacing: -0.012em; }
    h1 { font-size: clamp(1.6rem, 4.5vw, 2.3rem); margin: 0 0 0.75rem; }
    h2 { font-size: 1.35rem; margin: 0 0 0.75rem; }
    h2 a { color: inherit; text-decoration: none; }
    h2 a:hover::after { content: " #"; color: var(--muted); }
    section { margin-top: 2.75rem; padding-top: 1.5rem; border-top: 1px solid var(--rule); \
    scroll-margin-top: 1rem; }
    p, ul, .note { max-width: 44rem; }
    p, ul { margin: 0 0 1rem; }
    .lead { font-size: 1.12rem; color: var(--muted); }
    nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin-top: 1.25rem; \
    font-size: 0.9rem; }
    nav a { color: var(--series-0); text-underline-offset: 0.2em; }
    .key-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); \
    gap: 1rem 1.5rem; margin: 1.25rem 0 1.75rem; }
    .key-figures div { border-top: 2px solid var(--ink); padding-top: 0.5rem; }
    .key-figures dt { font-size: 0.85rem; color: var(--muted); line-height: 1.35; }
    .key-figures dd { margin: 0; font-size: 1.7rem; line-height: 1.25; font-weight: 600; \
    font-variant-numeric: tabular-nums; }
    .key-figures div { display: flex; flex-direction: column-reverse; \
    justify-content: flex-end; }
    .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); \
    gap: 2.5rem 3rem; margin: 1.5rem 0 2rem; }
    .charts.single { grid-template-columns: 1fr; }
    figure { margin: 0; }
    .on-narrow { display: none; }
    .chart { display: block; width: 100%; height: auto; overflow: visible; }
    .scroll { overflow-x: auto; margin: 1.25rem 0 1.75rem; }
    .scroll:focus-visible { outline: 2px solid var(--series-0); outline-offset: 4px; }
    table { border-collapse: collapse; font-size: 0.9rem; line-height: 1.4; \
    font-variant-numeric: tabular-nums lining-nums; }
    caption { text-align: left; font-weight: 600; padding-bottom: 0.6rem; }
    th, td { text-align: left; padding: 0.3rem 1.5rem 0.3rem 0; vertical-align: baseline; \
    white-space: nowrap; }
    th:last-child, td:last-child { padding-right: 0.25rem; }
    th { font-weight: 600; vertical-align: bottom; white-space: normal; }
    thead { border-bottom: 1.5px solid var(--ink); }
    tbody tr { border-bottom: 1px solid var(--grid); }
    .number { text-align: right; }
    .unit { color: var(--muted); font-weight: 400; white-space: nowrap; }
    .note { margin: 1.25rem 0 1.5rem; padding: 0.7rem 1rem; background: var(--raised); \
    border-left: 3px solid var(--series-1); font-size: 0.95rem; }
    details { margin: 1.25rem 0; }
    summary { cursor: pointer; color: var(--series-0); font-weight: 550; }
    pre { overflow-x: auto; background: var(--raised); padding: 0.9rem 1rem; font-size: 0.8rem; \
    line-height: 1.45; font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
    footer { margin-top: 3.5rem; padding-top: 1.25rem; padding-bottom: 3rem; font-size: 0.85rem; }
    footer dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); \
    gap: 0.6rem 2rem; margin: 0; padding-top: 1.25rem; border-top: 1px solid var(--rule); }
    footer dt { color: var(--muted); }
    footer dd { margin: 0; overflow-wrap: anywhere; }
    h1, h2, p, li, dd, .note { overflow-wrap: break-word; }
    @media (max-width: 44rem) {
    .on-wide { display: none; }
    .on-narrow { display: block; }
    header { padding-top: 1.75rem; }
    }
    @media print {
    body { font-size: 10.5pt; }
    main, footer { max-width: none; padding: 0; }
    nav { display: none; }
    section { break-inside: auto; }
    h2 { break-after: avoid; }
    figure, tr, .note, .key-figures div { break-inside: avoid; }
    .scroll { overflow: visible; }
    .charts:not(.single) { grid-template-columns: 1fr 1fr; gap: 1.25rem; }
    .on-wide { display: block; }
    .on-narrow { display: none; }
    }
    """
}
