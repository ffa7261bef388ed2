/** The colours are the app's own (`src-renderer/styles/tokens.css`), so that a report looks like it. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --page: oklch(0.988 0.004 95);
  --line: oklch(0.9 0.006 95);
  --text: oklch(0.25 0.008 95);
  --text-soft: oklch(0.45 0.01 95);
  --accent: oklch(0.5 0.1 162);
  --accent-soft: oklch(0.88 0.05 162);
  --info: oklch(0.5 0.11 250);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: oklch(0.19 0.006 100);
    --line: oklch(0.31 0.007 100);
    --text: oklch(0.93 0.006 100);
    --text-soft: oklch(0.77 0.008 100);
    --accent: oklch(0.78 0.11 163);
    --accent-soft: oklch(0.36 0.05 163);
    --info: oklch(0.78 0.09 245);
  }
}
body {
  margin: 32px auto;
  padding: 0 16px;
  max-width: 720px;
  background: var(--page);
  color: var(--text);
  font: 15px/1.6 Inter, 'PingFang SC', 'Microsoft YaHei UI', 'Noto Sans CJK SC', system-ui, sans-serif;
  font-variant-numeric: tabular-nums;
}
h1 { font-size: 26px; line-height: 1.35; overflow-wrap: anywhere; }
h2 { margin-top: 32px; font-size: 17px; }
.soft { color: var(--text-soft); }
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); text-align: right; }
th { color: var(--text-soft); font-weight: 500; }
th[scope='row'] { color: var(--text); overflow-wrap: anywhere; }
th:first-child, td:first-child { text-align: left; }
.all { font-weight: 600; }
.all th { font-weight: inherit; }
figure { margin: 0; overflow-x: auto; }
svg { display: block; width: 100%; min-width: 560px; height: auto; font-size: 12px; }
svg text { fill: var(--text); }
svg .soft { fill: var(--text-soft); }
svg .grid { stroke: var(--line); }
svg .bar { fill: var(--accent-soft); }
svg .share { stroke: var(--accent); stroke-width: 3; }
svg .bounds { stroke: var(--text); stroke-width: 1.5; }
svg .published { stroke: var(--info); stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .published-name { fill: var(--info); }
svg .share-name { fill: var(--accent); }
svg polyline { stroke-linejoin: round; }
svg polyline.share { stroke-width: 1.5; }
@media print { body { margin: 0 auto; } }
`
