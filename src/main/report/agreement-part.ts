import type { AgreementView } from '#shared/contracts/readers.ts'
import { percentText } from '#shared/counts/format.ts'
import type { Kappa } from '#shared/metrics/reader-agreement.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import { figure, html, type Html } from './html.ts'

/** How far people who read the same predictions agree, over all and for each class against all others. */
export function agreementPart(agreement: AgreementView, classes: readonly ClassRecord[]): Html {
  const { readers, kind, overall, perClass } = agreement
  const named = new Map(perClass.map(({ name, agreement: found }) => [name, found]))
  const ofClass = classes.flatMap(({ name }, k) => {
    const found = named.get(name)
    return found ? [kappaRow(name, `agreement/c${String(k)}`, found, kind)] : []
  })
  return html`<h3>Agreement of readers</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">Of</th>
          <th scope="col">Read by all</th>
          <th scope="col">Same answer</th>
          <th scope="col">Kappa (95 %)</th>
        </tr>
      </thead>
      <tbody>
        ${kappaRow('All', 'agreement/all', overall, kind)}${ofClass}
      </tbody>
    </table>
    <p class="note">
      ${readers.join(', ')} read the same predictions, each after the first without the answers of the others.
      ${kind === 'cohen' ? 'Cohen’s kappa of two readers.' : 'Fleiss’ kappa; its range is drawn over images.'} A class is held against all
      others.
    </p>`
}

/** Ranges of Fleiss' kappa are drawn at random, so nobody can make them anew to the last digit: they carry no value. */
function kappaRow(name: string, of: string, { items, observed, kappa, interval }: Kappa, kind: AgreementView['kind']): Html {
  const end = (place: 'low' | 'high', value: number): Html | string =>
    kind === 'cohen' ? figure(`${of}/${place}`, value, value.toFixed(2)) : value.toFixed(2)
  const range = interval && html`<span class="range">(${end('low', interval.lower)} to ${end('high', interval.upper)})</span>`
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${figure(`${of}/items`, items, String(items))}</td>
    <td>${figure(`${of}/observed`, observed, percentText(observed ?? 0))}</td>
    <td>${figure(`${of}/kappa`, kappa, (kappa ?? 0).toFixed(2))} ${range}</td>
  </tr>`
}
