import { t } from '#shared/i18n/translate.ts'
import { assertNever } from '#shared/assert.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { CountTable } from '#shared/counts/tabulate.ts'
import { type CardPart } from './card-part.ts'
import { filledTemplate } from './template.ts'
import { figure, html, type Html } from './html.ts'
import { type NamedTable, type ReviewFacts, reviewPart, summaryPart, tablesPart } from './report-parts.ts'
import { REPORT_STYLE } from './report-style.ts'

/** A picture of an image with its objects drawn over it; null where it could not be read. */
export interface ReportField {
  readonly name: string
  readonly text: string
  /** Data address. */
  readonly picture: string | null
}

export interface ReportFacts {
  readonly project: string
  /** Lines of the head: what, and what it is. */
  readonly facts: readonly (readonly [string, string])[]
  readonly classes: readonly ClassRecord[]
  /** Whether images as wholes are counted, and not what lies in them. */
  readonly ofImages: boolean
  /** Of what the summary tells. */
  readonly counts: CountTable
  /** How many of the counted objects lie on or in another counted one of their class (shared/counts/marked-twice.ts). */
  readonly twice: number
  readonly tables: readonly NamedTable[]
  readonly review: ReviewFacts
  readonly fields: readonly ReportField[]
  /** Of the model, or of those that predicted together, the heading and the parts of the card; null where none was counted. */
  readonly model: { readonly heading: string; readonly card: readonly CardPart[] } | null
  /** Where every number comes from: what, and what it is; the last ones image by image. */
  readonly provenance: readonly (readonly [string, string])[]
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly pixelSize: string }[]
}

/**
 * A report of counts as one HTML page that needs nothing else: no network, no script. Everything from the data is escaped; each number carries its
 * full value and where it comes from, by which tools/evidence/check_counts.py finds it. It is in the language that is spoken (`speaking`).
 *
 * @throws AppError `bad-template`.
 */
export function reportHtml(report: ReportFacts, template: string): string {
  const { classes } = report
  return filledTemplate(template, {
    title: html`${report.project}`,
    heading: html`${t('Count report')}`,
    facts: list(report.facts),
    summary: summaryPart(report, classes),
    review: reviewPart(report.review, classes),
    tables: tablesPart(report.tables, classes),
    fields: fieldsPart(report.fields),
    model: report.model === null ? html`` : modelPart(report.model),
    provenance: provenancePart(report),
    // Said once in every report.
    disclaimer: html`${t('For research use, not for diagnosis.')}`,
    style: { html: REPORT_STYLE },
  })
}

const list = (lines: readonly (readonly [string, string])[]): Html => html`<dl>${lines.map(([what, text]) => html`<dt>${what}</dt><dd>${text}</dd>`)}</dl>` // prettier-ignore

function fieldsPart(fields: readonly ReportField[]): Html {
  if (fields.length === 0) return html``
  const figures = fields.map(({ name, text, picture }) => {
    const shown =
      picture === null
        ? html`<p class="note">${t('This picture could not be read.')}</p>`
        : html`<img alt="${t('{{name}} with its objects', { name })}" src="${picture}" />`
    return html`<figure>
      ${shown}
      <figcaption>${name}: ${text}</figcaption>
    </figure>`
  })
  // The head stays on the page of the first pictures.
  return html`<section>
    <div class="start">
      <h2>${t('Fields')}</h2>
      <p class="note">${t('From the image with the most objects to the one with the fewest. Solid: labelled. Dashed: predicted.')}</p>
      <div class="fields">${figures.slice(0, 3)}</div>
    </div>
    <div class="fields">${figures.slice(3)}</div>
  </section>`
}

function modelPart({ heading, card }: NonNullable<ReportFacts['model']>): Html {
  return html`<section>
    <h2>${heading}</h2>
    ${card.map(cardPart)}
  </section>`
}

function cardPart(part: CardPart): Html {
  switch (part.kind) {
    case 'heading':
      return html`<h3>${part.text}</h3>`
    case 'list':
      return html`<ul>
        ${part.lines.map((line) => html`<li>${line}</li>`)}
      </ul>`
    case 'text':
      return html`<p>${part.text}</p>`
    case 'figures':
      return figuresPart(part)
    default:
      return assertNever(part, 'part of a model card')
  }
}

function figuresPart({ head, rows }: Extract<CardPart, { readonly kind: 'figures' }>): Html {
  const cells = rows.map(
    ({ title, cells: own }) =>
      html`<tr>
        <td>${title}</td>
        ${own.map((cell) => html`<td>${cell && figure(cell.of, cell.value, cell.shown)}</td>`)}
      </tr>`,
  )
  return html`<table>
    <thead>
      <tr>
        ${head.map((one) => html`<th scope="col">${one}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${cells}
    </tbody>
  </table>`
}

function provenancePart({ provenance, files }: ReportFacts): Html {
  const rows = files.map(
    ({ name, sha256, pixelSize }) =>
      html`<tr>
        <td>${name}</td>
        <td class="left">${pixelSize}</td>
        <td class="hash left">${sha256}</td>
      </tr>`,
  )
  return html`<section>
    <h2>${t('Where the numbers come from')}</h2>
    ${list(provenance)}
    <table>
      <thead>
        <tr>
          <th scope="col">${t('Image')}</th>
          <th scope="col" class="left">${t('Pixel size')}</th>
          <th scope="col" class="left">${t('SHA-256 of its file')}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </section>`
}
