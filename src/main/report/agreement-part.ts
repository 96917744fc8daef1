import type { AgreementView } from '#shared/contracts/readers.ts'
import { percentText } from '#shared/counts/format.ts'
import { fewDrawnText } from '#shared/drawn-by.ts'
import { heard } from '#shared/i18n/heard.ts'
import { shownDecimals, shownNumber } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import type { Kappa } from '#shared/metrics/reader-agreement.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { figure, html, type Html } from './html.ts'
import { range } from './rich.ts'

/** Of more images those are shown on which readers agree least. */
const MOST_IMAGES = 40

interface Read {
  readonly classes: readonly ClassRecord[]
  /** As they stand in the record of counts. */
  readonly images: readonly Pick<ImageRecord, 'id' | 'name'>[]
}

/** How far people who read the same predictions agree: over all, for each class against all others, and on each image. */
export function agreementPart(agreement: AgreementView, { classes, images }: Read): Html {
  const { readers, kind, overall, perClass } = agreement
  const named = new Map(perClass.map(({ name, agreement: found }) => [name, found]))
  const ofClass = classes.flatMap(({ name }, k) => {
    const found = named.get(name)
    return found ? [kappaRow(name, `agreement/c${String(k)}`, found, kind)] : []
  })
  return html`<h3>${t('Agreement of readers')}</h3>
    ${kappaTable(t('Of'), [kappaRow(t('All'), 'agreement/all', overall, kind), ...ofClass])}
    <p class="note">
      ${t('{{readers}} read the same predictions, each after the first without the answers of the others.', { readers: readers.join(', ') })}
      ${kind === 'cohen' ? t('Cohen’s kappa of two readers.') : t('Fleiss’ kappa; its range is drawn over images.')}
      ${t('A class is held against all others.')}
      ${kind === 'fleiss' && overall.interval !== null ? heard(fewDrawnText({ over: 'images', units: agreement.perImage.length })) : ''}
    </p>
    ${perImagePart(agreement, images)}`
}

const kappaTable = (of: string, rows: readonly Html[]): Html =>
  html`<table>
    <thead>
      <tr>
        <th scope="col">${of}</th>
        <th scope="col">${t('Read by all')}</th>
        <th scope="col">${t('Same answer')}</th>
        <th scope="col">${t('Kappa (95 %)')}</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`

/** Image by image, those on which readers agree least first; of a single one all is said already. */
function perImagePart({ perImage, kind }: AgreementView, images: Read['images']): Html {
  const places = new Map(images.map(({ id, name }, place) => [id, { name, place }]))
  const read = perImage.flatMap(({ imageId, agreement }) => {
    const image = places.get(imageId)
    return image && agreement.items > 0 ? [{ ...image, agreement }] : []
  })
  if (read.length < 2) return html``
  const shown = read.toSorted((a, b) => a.agreement.observed - b.agreement.observed || a.place - b.place).slice(0, MOST_IMAGES)
  const rows = shown.map(({ name, place, agreement }) => kappaRow(name, `agreement/i${String(place)}`, agreement, kind))
  return html`${kappaTable(t('Image'), rows)}
    <p class="note">
      ${shown.length < read.length ? t('Of {{count}} images those are told on which readers agree least.', { count: read.length }) : ''}
      ${t('Where all say the same throughout, there is no kappa: chance alone would agree wholly.')}
    </p>`
}

/** Ranges of Fleiss' kappa are drawn at random, so nobody can make them anew to the last digit: they carry no value. */
function kappaRow(name: string, of: string, { items, observed, kappa, interval }: Kappa, kind: AgreementView['kind']): Html {
  const end = (place: 'low' | 'high', value: number): Html | string =>
    kind === 'cohen' ? figure(`${of}/${place}`, value, shownDecimals(value, 2)) : shownDecimals(value, 2)
  const shown = interval && html`<span class="range">(${range(end('low', interval.lower), end('high', interval.upper))})</span>`
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${figure(`${of}/items`, items, shownNumber(items))}</td>
    <td>${figure(`${of}/observed`, observed, percentText(observed ?? 0))}</td>
    <td>${figure(`${of}/kappa`, kappa, shownDecimals(kappa ?? 0, 2))} ${shown}</td>
  </tr>`
}
