import { FONT } from './svg.ts'

/** How a report looks, on the screen and on paper (A4). */
export const REPORT_STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { max-width: 210mm; margin: 14mm auto; padding: 0 6mm; background: #fff; color: #1c1c1c; font: 13px/1.5 ${FONT}; font-variant-numeric: tabular-nums; }
header { padding-bottom: 5mm; border-bottom: 2px solid #1c1c1c; }
.kind { margin: 0; color: #5c5c5c; font-size: 12px; letter-spacing: 0.08em; text-transform: uppercase; }
h1 { margin: 1mm 0 3mm; font-size: 28px; font-weight: 600; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 9mm 0 2mm; font-size: 17px; font-weight: 600; break-after: avoid; }
h3 { margin: 5mm 0 1mm; font-size: 13px; font-weight: 600; break-after: avoid; }
p { margin: 1mm 0; }
.note, figcaption, .range, dt { color: #5c5c5c; }
.note { font-size: 12px; max-width: 150mm; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 5mm; margin: 0; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; margin: 2mm 0; border-collapse: collapse; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { padding: 1.2mm 3mm 1.2mm 0; border-bottom: 1px solid #dedede; text-align: right; vertical-align: baseline; }
th { color: #5c5c5c; font-size: 12px; font-weight: 400; border-bottom-color: #9a9a9a; }
th:first-child, td:first-child, .left { text-align: left; }
td:first-child, tbody th { overflow-wrap: break-word; }
tbody th { color: inherit; font-size: 13px; border-bottom-color: #dedede; }
tfoot td { border-top: 1px solid #9a9a9a; border-bottom: none; font-weight: 600; }
.n { font-size: 15px; font-weight: 600; }
.range { font-size: 12px; white-space: nowrap; }
.swatch { display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 2px; box-shadow: inset 0 0 0 1px #00000055; print-color-adjust: exact; }
.shares { display: flex; flex-wrap: wrap; gap: 4mm; margin: 4mm 0; }
.share { padding: 3mm 5mm; border: 1px solid #dedede; border-left: 4px solid #1c1c1c; break-inside: avoid; }
.share b { display: block; font-size: 26px; font-weight: 600; line-height: 1.2; }
.fields { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 4mm; }
.start + .fields { margin-top: 4mm; }
.start { break-inside: avoid; }
figure { margin: 0; break-inside: avoid; }
figure img { display: block; width: 100%; border: 1px solid #dedede; }
figcaption { margin-top: 1mm; font-size: 12px; overflow-wrap: anywhere; }
.hash { font: 9px/1.3 Consolas, Menlo, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
svg { vertical-align: middle; print-color-adjust: exact; }
footer { margin-top: 10mm; padding-top: 3mm; border-top: 2px solid #1c1c1c; font-weight: 600; }
@page { size: A4; margin: 15mm 14mm 17mm; }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 11px; } td { padding-top: 0.8mm; padding-bottom: 0.8mm; } tbody th { font-size: 11px; } th, .note, .range, figcaption { font-size: 10px; } .n { font-size: 13px; } }
`
