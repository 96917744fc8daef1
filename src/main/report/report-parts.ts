import type { AgreementView } from '#shared/contracts/readers.ts'
import { areaText } from '#shared/areas.ts'
import type { CountBy } from '#shared/contracts/counts.ts'
import { isOriginFact } from '#shared/origin.ts'
import type { FinalCount } from '#shared/counts/final.ts'
import { aloneText, areaNote, areaWord, percentText, significant, unitText } from '#shared/counts/format.ts'
import { shownDecimals, shownNumber } from '#shared/i18n/formats.ts'
import { label, t, translated } from '#shared/i18n/translate.ts'
import { SIZE_BINS, type SizeSummary } from '#shared/counts/sizes.ts'
import type { ClassCount, CountRow, CountTable } from '#shared/counts/tabulate.ts'
import { poissonInterval } from '#shared/metrics/intervals.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { agreementPart } from './agreement-part.ts'
import { figure, html, type Html, svgPart } from './html.ts'
import { range, rich } from './rich.ts'

const whole = (value: number): string => shownNumber(Math.round(value))

const swatch = ({ color, name }: ClassRecord): Html => html`<span class="swatch" style="background:${color}"></span>${name}`

/** What can be said of each class on all images. */
export function summaryPart(
  { counts: { all }, ofImages, twice }: { readonly counts: CountTable; readonly ofImages: boolean; readonly twice: number },
  classes: readonly ClassRecord[],
): Html {
  const hasRun = all.perClass.some(({ uncorrected }) => uncorrected !== null)
  const sized = all.perClass.some(({ sizes }) => sizes !== null)
  const dense = all.mm2 !== null && !ofImages
  const heads = [t('Class'), ofImages ? t('Images') : t('Counted (95 %)'), ...(hasRun ? [t('Predicted')] : []), ...(dense ? [t('Per mm² (95 %)')] : []), ...(sized ? [t('Median size (quartiles)'), t('Sizes')] : [])] // prettier-ignore
  const rows = all.perClass.map((one, k) => {
    const of = `all/c${String(k)}`
    return html`<tr>
      <th scope="row">${swatch(classes[k]!)}</th>
      <td>${ofImages ? numberCell(one.n, of) : countCell(one.n, of)}</td>
      ${hasRun ? html`<td>${figure(`${of}/uncorrected`, one.uncorrected, whole(one.uncorrected ?? 0))}</td>` : null}${dense ? html`<td>${densityCell(one, of)}</td>` : null}${
        sized
          ? html`<td>${sizeCell(one.sizes, of)}</td>
              <td class="left">${bars(one.sizes, classes[k]!.color)}</td>`
          : null
      }
    </tr>`
  })
  return html`<section>
    <h2>${t('Counts')}</h2>
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${sharesPart(all)} ${twicePart(twice)}
    <p class="note">
      ${ofImages ? t('Whole images are counted, each once.') : t('Ranges are 95 % intervals: of a count and its density where like samples lie whose objects lie independently of each other (Poisson, Byar’s formula); objects in clusters vary more.')}
      ${areaNote(all)}
    </p>
  </section>`
}

/** In the words of the window's table; what its JSON holds of it are the objects themselves. */
function twicePart(count: number): Html | null {
  if (count === 0) return null
  return html`<p>
    ${t('{{count}} objects lie on or in another of their class: if they are the same ones, these numbers are too high.', { count })}
  </p>`
}

const numberCell = (n: number, of: string): Html => html`<span class="n">${figure(`${of}/n`, n, whole(n))}</span>`

function countCell(n: number, of: string): Html {
  const { lower, upper } = poissonInterval(n)
  return html`${numberCell(n, of)}
    <span class="range">(${range(figure(`${of}/low`, lower, significant(lower)), figure(`${of}/high`, upper, significant(upper)))})</span>`
}

function densityCell({ density }: ClassCount, of: string): Html {
  if (density === null) return html`–`
  const { perMm2, interval } = density
  return html`${figure(`${of}/density`, perMm2, significant(perMm2))}
    <span class="range"
      >(${range(
        figure(`${of}/densityLow`, interval.lower, significant(interval.lower)),
        figure(`${of}/densityHigh`, interval.upper, significant(interval.upper)),
      )})</span
    >`
}

function sizeCell(sizes: SizeSummary | null, of: string): Html {
  if (sizes === null) return html`–`
  const { median, q1, q3, unit } = sizes
  return html`${figure(`${of}/median`, median, significant(median))} ${unitText(unit)}
    <span class="range">(${range(figure(`${of}/q1`, q1, significant(q1)), figure(`${of}/q3`, q3, significant(q3)))})</span>`
}

/** How many are how large, from the smallest to the largest. */
function bars(sizes: SizeSummary | null, color: string): Html {
  if (sizes === null) return html``
  const most = Math.max(...sizes.bins)
  const drawn = sizes.bins.map((n, at) => {
    const height = n === 0 ? 0 : Math.max(1, Math.round((n / most) * 18))
    return `<rect x="${String(at * 7)}" y="${String(18 - height)}" width="6" height="${String(height)}" fill="${color}" stroke="#555" stroke-width="0.4"/>`
  })
  return svgPart(`<svg width="${String(SIZE_BINS * 7)}" height="19" viewBox="0 0 ${String(SIZE_BINS * 7)} 19">${drawn.join('')}</svg>`)
}

function sharesPart({ shares }: CountRow): Html {
  const told = shares.flatMap((one, k) => (one.share === null || one.interval === null ? [] : [{ ...one, k, share: one.share, interval: one.interval }])) // prettier-ignore
  if (told.length === 0) return html``
  return html`<div class="shares">
    ${told.map(({ name, k, share, interval, positive, negative }) => {
      const of = `all/s${String(k)}`
      return html`<div class="share">
        ${name === '' ? t('Positive') : t('{{name}} positive', { name })}<b>${figure(`${of}/share`, share, percentText(share))}</b
        ><span class="range"
          >95 %:
          ${range(
            figure(`${of}/low`, interval.lower, percentText(interval.lower)),
            figure(`${of}/high`, interval.upper, percentText(interval.upper)),
          )}
          (Wilson)</span
        ><br />${rich('{{positive}} of {{all}}', {
          positive: figure(`${of}/positive`, positive, whole(positive)),
          all: figure(`${of}/of`, positive + negative, whole(positive + negative)),
        })}
      </div>`
    })}
  </div>`
}

export interface NamedTable {
  readonly by: CountBy
  readonly table: CountTable
}

const TABLE_HEADS = {
  image: label('Images'),
  region: label('Regions of interest'),
  slide: label('Slides'),
  patient: label('Patients'),
  group: label('Groups'),
} as const

/** The counts by image, by region, by slide, patient or group, one table below the other. */
export function tablesPart(tables: readonly NamedTable[], classes: readonly ClassRecord[]): Html {
  return html`${tables.map((one) => tablePart(one, classes))}`
}

function tablePart({ by, table: { rows } }: NamedTable, classes: readonly ClassRecord[]): Html {
  const dense = rows.some(({ mm2 }) => mm2 !== null)
  const pairs = rows[0]?.shares ?? []
  const heads = [...{ image: [t('Image'), t('State')], region: [t('Image'), t('Region')], slide: [t('Slide'), t('Images')], patient: [t('Patient'), t('Images')], group: [t('Group'), t('Images')] }[by], ...(dense ? [t('Area')] : []), ...classes.map(({ name }) => name), ...pairs.map(({ name }) => (pairs.length === 1 || name === '' ? t('% positive') : t('{{name}}: % positive', { name }))), t('All')] // prettier-ignore
  const body = rows.map((row, i) => {
    const of = `${by}/${String(i)}`
    return html`<tr>
      ${placeCells(row, by, of)}${dense ? html`<td>${areaCell(row)}</td>` : null}${row.perClass.map(({ n, density }, k) => html`<td>${figure(`${of}/c${String(k)}/n`, n, whole(n))}${density === null ? null : html`<br /><span class="range">${figure(`${of}/c${String(k)}/density`, density.perMm2, significant(density.perMm2))}/mm²</span>`}</td>`)}${row.shares.map(({ share }, k) => html`<td>${figure(`${of}/s${String(k)}/share`, share, percentText(share ?? 0))}</td>`)}
      <td>${figure(`${of}/total`, row.total, whole(row.total))}</td>
    </tr>`
  })
  const note = by === 'region' ? html`<p class="note">${t('An object belongs to a region if its middle lies in it; one in several regions is counted in each.')}</p>` : html`` // prettier-ignore
  return html`<section>
    <h2>${translated(TABLE_HEADS[by])}</h2>
    ${note}
    <table>
      <thead>
        <tr>
          ${heads.map((head, at) => html`<th scope="col" ${at === 1 ? html` class="left"` : null}>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </section>`
}

/** The size of what a row was counted on, and where that is not what one expects, of what it is. */
function areaCell(row: CountRow): Html {
  const word = areaWord(row)
  return html`${row.mm2 === null ? '–' : areaText(row.pixels ?? 0, row.mm2)}${word === '' ? null : html`<br /><span class="range">${word}</span>`}`
}

const STATES = {
  unlabelled: label('not begun'),
  'in-work': label('in work'),
  done: label('done'),
  reviewed: label('reviewed'),
} as const

/** How many images are in a state. */
const inState = (state: keyof typeof STATES, images: Html): Html =>
  ({
    unlabelled: () => rich('{{images}} not begun', { images }),
    'in-work': () => rich('{{images}} in work', { images }),
    done: () => rich('{{images}} done', { images }),
    reviewed: () => rich('{{images}} reviewed', { images }),
  })[state]()

function placeCells({ images: [image], images, region, name }: CountRow, by: NamedTable['by'], of: string): Html {
  if (isOriginFact(by))
    return html`<td>
        ${name ?? aloneText(by, image?.name ?? '')}${by === 'slide' && image?.patient ? html`<br /><span class="range">${image.patient}</span>` : null}
      </td>
      <td class="left">${figure(`${of}/images`, images.length, whole(images.length))}</td>`
  const second = by === 'image' ? (image ? translated(STATES[image.state]) : '') : region === null ? t('in no region') : region.fullyLabelled ? t('{{region}} (fully labelled)', { region: region.name }) : region.name // prettier-ignore
  return html`<td>${image?.name ?? ''}</td>
    <td class="left">${second}</td>`
}

export interface DecisionNumbers {
  readonly accept: number
  readonly correct: number
  readonly reject: number
  readonly people: readonly string[]
  /** How many of them are on predictions that count by their score, and which score that is; null where every score counts. */
  readonly counted: { readonly from: number; readonly decisions: number } | null
}

export interface ReviewFacts {
  readonly final: FinalCount | null
  /** On the run that was counted; null where none was. */
  readonly decisions: DecisionNumbers | null
  /** On other runs: what they made of predictions is among the labels that are counted. Null where there are none. */
  readonly others: DecisionNumbers | null
  readonly states: Readonly<Record<keyof typeof STATES, number>>
  /** What the looks at the test images mean, then each of them; empty where there was none. */
  readonly looks: readonly string[]
  /** Of people who read the same predictions, each without the others' answers; null with fewer than two. */
  readonly agreement: AgreementView | null
  /** The images that the report is of, in its order. */
  readonly images: readonly Pick<ImageRecord, 'id' | 'name'>[]
}

/** How far people looked through it, and what that says of the final count. */
export function reviewPart(
  { final, decisions, others, states, looks, agreement, images: reported }: ReviewFacts,
  classes: readonly ClassRecord[],
): Html {
  const kinds = (Object.keys(STATES) as (keyof typeof STATES)[]).filter((state) => states[state] > 0)
  const images = kinds.map(
    (state, i) => html`${i > 0 ? ', ' : ''}${inState(state, figure(`states/${state}`, states[state], whole(states[state])))}`,
  )
  const told =
    decisions &&
    html`<dt>${t('Decisions on predictions')}</dt>
      <dd>${decided(decisions, 'decisions')}</dd>`
  const before =
    others &&
    html`<dt>${t('Decisions on other predictions, whose labels are counted too')}</dt>
      <dd>${decided(others, 'others')}</dd>`
  return html`<section>
    <h2>${t('Review')}</h2>
    <dl>
      <dt>${t('Images')}</dt>
      <dd>${images}</dd>
      ${told}${before}${
        looks.length === 0
          ? null
          : html`<dt>${t('Test images')}</dt>
              <dd>${looks.map((line) => html`<div>${line}</div>`)}</dd>`
      }
    </dl>
    ${final && finalPart(final, classes)} ${agreement && agreementPart(agreement, { classes, images: reported })}
  </section>`
}

function decided({ accept, correct, reject, people, counted }: DecisionNumbers, of: string): Html {
  const kinds = rich('{{accepted}} accepted, {{corrected}} corrected, {{rejected}} rejected', {
    accepted: figure(`${of}/accept`, accept, whole(accept)),
    corrected: figure(`${of}/correct`, correct, whole(correct)),
    rejected: figure(`${of}/reject`, reject, whole(reject)),
  })
  const numbers = people.length === 0 ? kinds : rich('{{decisions}}, by {{people}}', { decisions: kinds, people: people.join(', ') })
  if (counted === null) return numbers
  const all = accept + correct + reject
  return html`${numbers}
    <p class="note">
      ${rich('Decisions on predictions of any score: {{all}}; of these on predictions from score {{from}} up: {{counted}}.', {
        all: figure(`${of}/all`, all, whole(all)),
        counted: figure(`${of}/counted`, counted.decisions, whole(counted.decisions)),
        from: shownDecimals(counted.from, 2),
      })}
    </p>`
}

function finalPart(final: FinalCount, classes: readonly ClassRecord[]): Html {
  const { estimate, labels, classIds, from, told } = final
  const open = estimate.items - estimate.decided
  const left = rich(
    'Predictions from score {{from}} up that are decided on or still asked about: {{all}}, of which {{decided}} decided on and {{open}} open.',
    {
      all: figure('final/items', estimate.items, whole(estimate.items)),
      from: shownDecimals(from, 2),
      decided: figure('final/decided', estimate.decided, whole(estimate.decided)),
      open: figure('final/open', open, whole(open)),
    },
  )
  if (estimate.decided === estimate.items)
    return html`<p class="note">
      ${left} ${t('So nothing of it is estimated. What the model did not propose and nobody drew is not counted.')}
    </p>`
  if (!told)
    return html`<p class="note">
      ${left}
      ${t('That is too little, or was not drawn at random, to tell what the count will be once all are; until then each open prediction counts as what the model says.')}
    </p>`
  const rows = classes.flatMap(({ id, ...record }, k) => {
    const at = classIds.indexOf(id)
    const count = estimate.perClass[at]
    if (!count) return []
    const of = `final/c${String(k)}`
    const own = labels[at] ?? 0
    const [low, high] = [count.interval.lower + own, count.interval.upper + own]
    return [html`<tr><th scope="row">${swatch({ id, ...record })}</th><td>${figure(`${of}/estimate`, count.estimate + own, whole(count.estimate + own))}</td><td>${range(figure(`${of}/low`, low, whole(low)), figure(`${of}/high`, high, whole(high)))}</td></tr>`] // prettier-ignore
  })
  return html`<h3>${t('The count once all is decided')}</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">${t('Class')}</th>
          <th scope="col">${t('Expected')}</th>
          <th scope="col">${t('95 % range')}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    <p class="note">
      ${left} ${t('Told from those that were drawn at random. What the model did not propose and nobody drew is in none of the ranges.')}
    </p>`
}
