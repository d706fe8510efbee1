/// How the page looks: on paper, on a screen, on a phone, in the light and in the dark.
let reportStyleSheet = """
    :root { color-scheme: light dark; --ink: #1c1c1e; --quiet: #5c5c63; --paper: #ffffff; --line: #d6d6dc;
      --shade: #f4f5f7; --link: #00558a; --better: #00694d; --worse: #a03c00; --warning: #fff4d6; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e8e8ea; --quiet: #a6a6ad; --paper: #17181b;
      --line: #3c3d43; --shade: #222327; --link: #7cc4f5; --better: #5fd3ae; --worse: #ff9d66;
      --warning: #40361a; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 62rem; background: var(--paper);
      color: var(--ink); font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
    h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.35rem; margin: 2.4rem 0 .7rem; padding-bottom: .2rem;
      border-bottom: 1px solid var(--line); }
    h3 { font-size: 1.05rem; margin: 1.5rem 0 .4rem; }
    p, ul { margin: .5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
    ul { padding-left: 1.3rem; }
    li { margin: .25rem 0; }
    a { color: var(--link); }
    .question { font-size: 1.15rem; }
    .quiet { color: var(--quiet); }
    .warning { background: var(--warning); padding: .5rem .8rem; border-radius: .3rem; }
    nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; padding: 0; margin: 1rem 0 0; }
    code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .88em; }
    pre { background: var(--shade); padding: .8rem; border-radius: .3rem; overflow-x: auto; }
    .wide { overflow-x: auto; margin: .8rem 0; }
    table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--quiet); padding-bottom: .4rem; }
    th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0;
      border-bottom: 1px solid var(--line); }
    td { white-space: nowrap; }
    td small { white-space: nowrap; }
    th { font-weight: 600; }
    tbody th { font-weight: 400; min-width: 7rem; }
    small { font-size: .82em; }
    .better { color: var(--better); }
    .worse { color: var(--worse); }
    details { margin: .7rem 0; }
    summary { cursor: pointer; font-weight: 600; }
    figure { margin: 1.6rem 0 2.2rem; }
    .picture { background: #ffffff; border: 1px solid var(--line); border-radius: .3rem; padding: .6rem; }
    .picture img { display: block; margin: 0 auto; max-width: 100%; height: auto; }
    figcaption { max-width: 46rem; font-size: .92rem; color: var(--quiet); }
    figcaption strong { color: var(--ink); }
    footer { margin-top: 3rem; font-size: .88rem; }
    a:focus-visible, summary:focus-visible, .wide:focus-visible { outline: 2px solid var(--link);
      outline-offset: 2px; }
    @media (max-width: 45rem) { .picture img { max-width: none; min-width: 40rem; }
      tbody th { min-width: 5.5rem; } }
    @media print { :root { --ink: #000; --quiet: #444; --paper: #fff; --line: #bbb; --shade: #f4f4f4;
        --better: #00694d; --worse: #a03c00; --warning: #f4f4f4; color-scheme: light; }
      body { max-width: none; padding: 0; font-size: 10pt; }
      nav { display: none; }
      details::details-content { content-visibility: visible; display: block; height: auto; }
      figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; }
      .wide { overflow: visible; } td { white-space: normal; } }

    """
