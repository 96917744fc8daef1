import { fewDrawnText } from '#shared/drawn-by.ts'
import { heard } from '#shared/i18n/heard.ts'
import { shownDecimals, shownMoment } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import { type TestFigure, testFigureTitle, type TestMeasure } from '#shared/test-measure.ts'
import { type CardPart, fourDigits } from './card-part.ts'

/** Figures on test images, as a card tells them. */
export interface CardTest {
  /** Where they stand in the record of counts: `tests/2`. */
  readonly of: string
  /** The project in which they were taken, where that is another; empty: this one. */
  readonly project: string
  readonly measure: TestMeasure
}

/** What a card tells of its model on test images: a table for each measure, or that none is known. */
export function testParts(tests: readonly CardTest[]): CardPart[] {
  const known = tests.filter(({ measure }) => measure.figures.length > 0)
  if (known.length === 0) return [{ kind: 'text', text: t('No figures on test images are known: slidewright evaluate measures them.') }]
  return known.flatMap(({ of, project, measure }): CardPart[] => [
    { kind: 'text', text: `${whenText(measure, project)} ${howText(measure)}`.trim() },
    {
      kind: 'figures',
      head: [t('figure'), t('on the test images'), t('95 % from'), t('95 % to')],
      rows: measure.figures.map((one) => ({ title: testFigureTitle(one), cells: cellsOf(one, of) })),
    },
    ...textPart(heard(fewDrawnText(measure.drawn))),
  ])
}

const textPart = (text: string): CardPart[] => (text === '' ? [] : [{ kind: 'text', text }])

function whenText({ images: count, at, who }: TestMeasure, project: string): string {
  const moment = shownMoment(at)
  if (project !== '') return t('On {{count}} test images of the project “{{project}}”, measured {{moment}}:', { count, project, moment })
  if (who === '') return t('On {{count}} test images, measured {{moment}}:', { count, moment })
  return t('On {{count}} test images, measured {{moment}} by {{who}}:', { count, moment, who })
}

function howText({ score, flips }: TestMeasure): string {
  const parts = [
    ...(score === null ? [] : [t('objects from a score of {{score}}', { score: shownDecimals(score, 2) })]),
    ...(flips ? [t('with mirrored images predicted too')] : []),
  ]
  return parts.length === 0 ? '' : `(${parts.join(', ')})`
}

function cellsOf({ name, of: ofClass, value, lower, upper }: TestFigure, of: string) {
  const key = `${of}/${[...(ofClass === '' ? [] : [ofClass]), name].join(', ')}`
  const cell = (kind: string, one: number | null) => (one === null ? null : { of: `${key}${kind}`, value: one, shown: fourDigits(one) })
  return [cell('', value), cell('/low', lower), cell('/high', upper)]
}
